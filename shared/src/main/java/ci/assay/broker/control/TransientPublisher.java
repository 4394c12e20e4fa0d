package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.ChannelLoop;
import ci.assay.broker.OutageLog;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages of a {@link ControlChannel}, one after the other, on a thread of its own. Safe
 * for use by many threads.
 */
final class TransientPublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlChannel.class);

  /** When more messages wait, the broker is slow or away, and the oldest is stale and dropped. */
  private static final int MOST_WAITING = 1_000;

  /** After this time the broker would have refused the message, if it was to refuse it. */
  private static final Duration NOT_REFUSED = Duration.ofSeconds(5);

  private final String address;
  private final String self;
  private final String user;
  private final PendingRequests questions;
  private final ChannelLoop loop;
  private final OutageLog outage;
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(MOST_WAITING);

  /**
   * A message to be sent.
   *
   * @param written is completed when the message has been written to a connection, or never will be
   */
  private record Waiting(TransientMessage message, CompletableFuture<Void> written) {
    Waiting(TransientMessage message) {
      this(message, new CompletableFuture<>());
    }
  }

  /**
   * @param broker the connection to publish on; not closed by this object
   * @param address the reply address: the routing key of answers
   * @param self the AMQP application id, by which we recognize our own messages
   * @param questions is told which questions the broker returned
   */
  TransientPublisher(
      BrokerConnection broker,
      String name,
      String address,
      String self,
      PendingRequests questions) {
    this.outage = new OutageLog(log, name + " can reach the other programs again");
    this.address = address;
    this.self = self;
    this.user = broker.user();
    this.questions = questions;
    this.loop =
        new ChannelLoop(
            broker,
            log,
            name + " control publisher",
            outage,
            name + " cannot reach the other programs",
            this::speakOn);
  }

  void start() {
    loop.start();
  }

  /**
   * Queues a message without waiting; drops the oldest when too many wait.
   *
   * @return is completed when the message has been written to a connection, or was dropped
   */
  CompletableFuture<Void> send(TransientMessage message) {
    Waiting last = new Waiting(message);
    while (!waiting.offer(last)) {
      Waiting oldest = waiting.poll();
      if (oldest != null) {
        oldest.written().complete(null);
      }
    }
    return last.written();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void speakOn(Channel channel) throws IOException, InterruptedException {
    channel.addReturnListener(
        returned ->
            questions.returned(String.valueOf(returned.getProperties().getCorrelationId())));
    long first = 0;
    while (channel.isOpen()) {
      Waiting next = waiting.poll(1, TimeUnit.SECONDS);
      if (next != null) {
        try {
          publish(channel, next.message());
        } finally {
          next.written().complete(null);
        }
        first = first == 0 ? System.nanoTime() : first;
      }
      if (first != 0 && System.nanoTime() - first >= NOT_REFUSED.toNanos()) {
        outage.end();
      }
    }
  }

  private void publish(Channel channel, TransientMessage message) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(OutgoingMessage.JSON)
            .appId(self)
            .userId(WorkerUsers.sender(channel.getConnection(), user))
            .replyTo(message.isQuestion() ? address : null)
            .correlationId(message.correlation().isEmpty() ? null : message.correlation())
            .build();
    channel.basicPublish(
        message.exchange(),
        message.key(),
        message.isQuestion(),
        properties,
        Codec.encode(message.message()));
  }
}
