package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.ChannelLoop;
import ci.assay.broker.OutageLog;
import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.common.InvalidInputException;
import ci.assay.model.Message;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a {@link ControlChannel}, on an exclusive queue that is declared again
 * after each reconnect. Safe for use by many threads.
 */
final class TransientSubscriber implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlChannel.class);
  private static final long NEVER = Long.MIN_VALUE;

  /** What the messages that wait for the handler may take; with more, further ones are lost. */
  private static final long MOST_WAITING_BYTES = 8 * 1024 * 1024;

  /** What a message takes besides its body. */
  private static final int OVERHEAD_BYTES = 1024;

  /**
   * What to listen to, and what to call, one call after the other, on a thread of the subscriber.
   *
   * @param listener receives all messages except answers
   * @param whenListening runs each time the subscriber begins to listen
   */
  record Attention(
      List<Binding> bindings, Consumer<ReceivedMessage> listener, Runnable whenListening) {
    Attention {
      bindings = List.copyOf(bindings);
    }
  }

  private final String address;
  private final String self;
  private final Attention attention;
  private final PendingRequests questions;
  private final ChannelLoop loop;
  private final ExecutorService handler;
  private final OutageLog outage;
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile long listeningSince = NEVER;

  /**
   * @param broker the connection to consume on; not closed by this object
   * @param address the reply address: the routing key of answers
   * @param self the AMQP application id, by which we recognize our own messages
   * @param questions receives the answers
   */
  TransientSubscriber(
      BrokerConnection broker,
      String name,
      String address,
      String self,
      Attention attention,
      PendingRequests questions) {
    this.address = address;
    this.self = self;
    this.attention = attention;
    this.questions = questions;
    this.outage = new OutageLog(log, name + " receives from the other programs again");
    this.loop =
        new ChannelLoop(
            broker,
            log,
            name + " control subscriber",
            outage,
            name + " cannot receive from the other programs",
            this::listenOn);
    this.handler = Threads.single(name + " control");
  }

  void start() {
    loop.start();
  }

  boolean isListening() {
    return listeningSince != NEVER;
  }

  Duration listeningFor() {
    long since = listeningSince;
    return since == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  @Override
  public void close() {
    loop.close();
    handler.shutdownNow();
  }

  private void listenOn(Channel channel) throws IOException, InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    channel.addShutdownListener(cause -> lost.countDown());
    Topology.declare(channel.getConnection(), List.of());
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, Topology.COORDINATOR, address);
    for (Binding binding : attention.bindings()) {
      channel.queueBind(queue, binding.exchange(), binding.key());
    }
    try {
      channel.basicConsume(queue, true, new Hearing(channel, lost));
      listeningSince = System.nanoTime();
      outage.end();
      onHandler(attention.whenListening());
      lost.await();
    } finally {
      listeningSince = NEVER;
    }
  }

  private void onHandler(Runnable task) {
    try {
      handler.execute(() -> Steps.contained("handling a control message", task));
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nothing is received");
    }
  }

  /**
   * Passes a message to the handler, or drops it when too many wait: whoever may send can flood.
   */
  private void onHandler(ReceivedMessage received, int bytes) {
    if (waitingBytes.addAndGet(bytes) > MOST_WAITING_BYTES) {
      waitingBytes.addAndGet(-bytes);
      log.debug("too many messages wait, so one is dropped: {}", received.message());
      return;
    }
    onHandler(
        () -> {
          waitingBytes.addAndGet(-bytes);
          attention.listener().accept(received);
        });
  }

  private final class Hearing extends DefaultConsumer {
    private final CountDownLatch lost;

    Hearing(Channel channel, CountDownLatch lost) {
      super(channel);
      this.lost = lost;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      Message message = decoded(body);
      if (message == null) {
        return;
      }
      String user = WorkerUsers.senderOf(getChannel().getConnection(), properties);
      if (!SenderCheck.mayCome(message, envelope.getExchange(), user)) {
        log.debug(
            "refused a message by exchange {} from user '{}': {}",
            envelope.getExchange(),
            user,
            message);
        return;
      }
      String correlation = orEmpty(properties.getCorrelationId());
      if (envelope.getRoutingKey().equals(address)) {
        questions.answered(correlation, message);
        return;
      }
      ReceivedMessage received =
          new ReceivedMessage(
              message,
              orEmpty(properties.getReplyTo()),
              correlation,
              user,
              self.equals(properties.getAppId()));
      onHandler(received, body.length + OVERHEAD_BYTES);
    }

    @Override
    public void handleCancel(String consumerTag) {
      lost.countDown();
    }
  }

  private static @Nullable Message decoded(byte[] body) {
    try {
      return Codec.decode(body);
    } catch (InvalidInputException e) {
      log.debug("ignored a control message that cannot be read: {}", e.getMessage());
      return null;
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
