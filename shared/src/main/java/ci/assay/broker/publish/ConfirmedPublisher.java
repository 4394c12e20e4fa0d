package ci.assay.broker.publish;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Connector;
import ci.assay.broker.OutageLog;
import ci.assay.broker.ReplyCodes;
import ci.assay.broker.RetryPacer;
import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.common.Backoff;
import ci.assay.common.CannotRunException;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes persistent messages with {@code mandatory} and publisher confirms, and sends each again
 * until the broker has confirmed it: after a lost connection, a negative confirm or a return (no
 * queue took it). So a message can arrive twice, but is never lost while this process lives. The
 * order is kept except when messages are sent again. A thread of its own does all the sending. Safe
 * for use by many threads.
 */
public final class ConfirmedPublisher implements AutoCloseable {

  /**
   * Header that identifies a returned message: the broker returns headers, but not the sequence
   * number that confirms refer to.
   */
  public static final String HEADER_TOKEN = "assay-token";

  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);

  /** How many messages may be unconfirmed; then {@link #publish} waits. */
  private static final int CAPACITY = 1_000;

  /** How many bytes {@link #publishAll} has unconfirmed at a time; a larger message goes alone. */
  private static final long WINDOW = 8 << 20;

  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final BrokerConnection broker;
  private final Supplier<? extends Collection<String>> pools;
  private final Outbox outbox = new Outbox(CAPACITY);
  private final RetryPacer pacer = new RetryPacer(AGAIN);
  private final OutageLog refused = new OutageLog(log, "the broker takes what is published again");
  private final Thread sender;
  private volatile boolean closed;

  /**
   * @param broker not closed by this object
   * @param pools the pools whose work queues to declare before publishing; asked again for each new
   *     channel
   */
  public ConfirmedPublisher(BrokerConnection broker, Supplier<? extends Collection<String>> pools) {
    this.broker = broker;
    this.pools = pools;
    this.sender = Threads.daemon("publisher", this::sendUntilClosed);
  }

  /** Begins to send, in the background. */
  public void start() {
    sender.start();
  }

  /**
   * Sends a message; waits only while a thousand others are unconfirmed.
   *
   * @return completes, on a thread of the client or the publisher, when the broker has confirmed
   *     the message; fails with {@link PublishRefusedException} when the broker refuses it, or with
   *     {@link CannotRunException} when this publisher was closed before
   */
  public CompletableFuture<Void> publish(OutgoingMessage message) throws InterruptedException {
    return outbox.add(message);
  }

  /**
   * Sends messages and waits until all are confirmed. Takes a message from the list only when it is
   * sent, so that a list which reads its messages from a disk is never in memory as a whole.
   *
   * @throws PublishRefusedException when the broker refuses one of them for good
   * @throws CannotRunException when this publisher was closed meanwhile
   */
  public void publishAll(List<OutgoingMessage> messages)
      throws PublishRefusedException, InterruptedException {
    Deque<InFlight> inFlight = new ArrayDeque<>();
    long bytes = 0;
    for (OutgoingMessage message : messages) {
      int more = message.body().length;
      while (!inFlight.isEmpty() && bytes + more > WINDOW) {
        InFlight first = inFlight.remove();
        await(first.confirmed());
        bytes -= first.bytes();
      }
      inFlight.add(new InFlight(publish(message), more));
      bytes += more;
    }
    for (InFlight each : inFlight) {
      await(each.confirmed());
    }
  }

  /** A message that may be unconfirmed. */
  private record InFlight(CompletableFuture<Void> confirmed, int bytes) {}

  private static void await(CompletableFuture<Void> one)
      throws PublishRefusedException, InterruptedException {
    try {
      one.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PublishRefusedException refused) {
        throw refused;
      }
      if (e.getCause() instanceof CannotRunException cannot) {
        throw cannot;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Stops sending; messages that are not confirmed yet fail. The sending thread is not interrupted,
   * since no thread may be interrupted inside the AMQP client: it ends by itself, at the latest
   * when the connection is closed.
   */
  @Override
  public void close() {
    closed = true;
    outbox.close(new CannotRunException("closed before the broker had confirmed the message"));
  }

  private void sendUntilClosed() {
    try {
      while (!closed) {
        Steps.lasting(
            "publishing",
            () -> {
              Connection connection = broker.awaitOpen();
              pacer.begin();
              sendOn(connection);
              pacer.pause();
            });
      }
    } catch (CannotRunException e) {
      outbox.close(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends on one channel until the channel is lost or must be replaced, or this publisher is
   * closed.
   */
  private void sendOn(Connection connection) throws InterruptedException {
    try {
      Topology.declare(connection, pools.get());
      Channel channel = Connector.openChannel(connection);
      listen(channel);
      channel.confirmSelect();
      sendOrPutBack(channel);
      finish(channel);
    } catch (IOException | ShutdownSignalException e) {
      report(connection, Connector.explain(e));
    }
  }

  /** An unexpected exception must not leave messages behind that are never sent again. */
  private void sendOrPutBack(Channel channel) throws IOException, InterruptedException {
    try {
      send(channel);
    } catch (RuntimeException | Error e) {
      channel.abort();
      outbox.channelClosed(null);
      throw e;
    }
  }

  private void listen(Channel channel) {
    channel.addShutdownListener(cause -> outbox.wake());
    channel.addConfirmListener(this::confirmed, outbox::rejected);
    channel.addReturnListener(this::returned);
  }

  private void confirmed(long number, boolean multiple) {
    if (outbox.confirmed(number, multiple)) {
      pacer.worked();
      refused.end();
    }
  }

  private void returned(Return what) {
    Object token = what.getProperties().getHeaders().get(HEADER_TOKEN);
    if (outbox.returned(String.valueOf(token))) {
      log.warn(
          "no queue took a message for {}/{} ({}): declaring the queues again",
          what.getExchange(),
          what.getRoutingKey(),
          what.getReplyText());
    }
  }

  private void send(Channel channel) throws InterruptedException {
    outbox.channelOpened();
    try {
      Outbox.Letter next = outbox.take(channel::isOpen);
      while (next != null) {
        send(channel, next);
        next = outbox.take(channel::isOpen);
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("publishing ended: {}", Connector.explain(e));
    }
  }

  private void send(Channel channel, Outbox.Letter letter) throws IOException {
    OutgoingMessage message = letter.message;
    try {
      channel.basicPublish(
          message.exchange(),
          message.routingKey(),
          true,
          message.properties(
              letter.token, WorkerUsers.sender(channel.getConnection(), broker.user())),
          message.body());
    } catch (IllegalArgumentException e) {
      outbox.refuse(letter, String.valueOf(e.getMessage()));
      channel.abort(); // its sequence number and ours may differ now
    }
  }

  /**
   * Queues unconfirmed messages again, and finds out whether one of them made the broker close the
   * channel.
   */
  private void finish(Channel channel) throws IOException {
    ShutdownSignalException cause = channel.getCloseReason();
    boolean isOurs = cause != null && ReplyCodes.isOfTheMessage(cause);
    if (outbox.channelClosed(isOurs ? Connector.explain(cause) : null)) {
      pacer.worked();
    } else if (cause != null && !cause.isInitiatedByApplication()) {
      report(channel.getConnection(), Connector.explain(cause));
    }
    channel.abort();
  }

  /**
   * Logs, once per outage, that the broker closed the channel; a lost connection is logged by
   * {@link BrokerConnection}.
   */
  private void report(Connection connection, String why) {
    if (connection.isOpen() && !closed) {
      refused.begin("the broker closed the publishing channel: " + why);
    }
  }
}
