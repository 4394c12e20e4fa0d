package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.model.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges transient messages with the other processes: each is delivered at once or lost, and the
 * sender is not told which. It listens on an exclusive queue, which is declared again after each
 * reconnect; messages sent during an outage are lost, and every listener must cope with that. Safe
 * for use by many threads.
 */
public final class ControlChannel implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlChannel.class);

  private final PendingRequests questions = new PendingRequests();
  private final TransientSubscriber subscriber;
  private final TransientPublisher publisher;
  private volatile boolean closed;

  /**
   * @param consuming the connection to consume on; not closed by this object
   * @param publishing the connection to publish on, another one; not closed by this object
   * @param name the name of this program, for its threads and log lines
   * @param listener receives the messages, one after the other, on a thread of this object
   * @param whenListening runs on that thread each time this object begins to listen
   */
  public ControlChannel(
      BrokerConnection consuming,
      BrokerConnection publishing,
      String name,
      List<Binding> bindings,
      Consumer<ReceivedMessage> listener,
      Runnable whenListening) {
    // Random, and told only to whom we ask: whoever knows it can bind a queue to it and read our
    // answers.
    String address = "reply." + UUID.randomUUID();
    String self = UUID.randomUUID().toString();
    TransientSubscriber.Attention attention =
        new TransientSubscriber.Attention(bindings, listener, whenListening);
    this.subscriber = new TransientSubscriber(consuming, name, address, self, attention, questions);
    this.publisher = new TransientPublisher(publishing, name, address, self, questions);
  }

  /** Begins to listen and speak, in the background. */
  public void start() {
    subscriber.start();
    publisher.start();
  }

  /** For how long it has listened without a break; zero when it is not listening. */
  public Duration listeningFor() {
    return subscriber.listeningFor();
  }

  /** Sends a message to every program that listens to this exchange and key. Does not wait. */
  public void send(String exchange, String key, Message message) {
    var unused = publisher.send(new TransientMessage(exchange, key, message, "", false));
  }

  /**
   * As {@link #send}, but waits until the message has been written to the connection, so that
   * {@link #close} does not lose it. It is lost if there is no connection within the limit.
   */
  public void sendLast(String exchange, String key, Message message, Duration limit)
      throws InterruptedException {
    try {
      publisher
          .send(new TransientMessage(exchange, key, message, "", false))
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("there is no connection to send {} on", message, e);
    }
  }

  /** Sends a message to every worker. */
  public void broadcast(Message message) {
    send(Topology.CONTROL, "", message);
  }

  /** Sends a message to every process, as only the coordinator may. */
  public void announce(Message message) {
    send(Topology.COORDINATOR, Topology.KEY_ALL, message);
  }

  /** Answers a question; does nothing for a message that asks for no answer. */
  public void answer(ReceivedMessage question, Message answer) {
    if (!question.replyTo().isEmpty()) {
      var unused =
          publisher.send(
              new TransientMessage(
                  Topology.COORDINATOR, question.replyTo(), answer, question.correlation(), false));
    }
  }

  /**
   * Asks a question.
   *
   * @param key the kind of question: {@link Topology#KEY_ORDER}, or a key of {@link
   *     Topology#INQUIRY}
   * @return the answer; empty after {@code limit}, and often at once when nobody is there to answer
   */
  public CompletableFuture<Optional<Message>> ask(String key, Message question, Duration limit) {
    if (!subscriber.isListening() || closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    PendingRequests.Open open = questions.add(limit);
    String exchange = key.equals(Topology.KEY_ORDER) ? Topology.ORDERS : Topology.INQUIRY;
    var unused =
        publisher.send(new TransientMessage(exchange, key, question, open.correlation(), true));
    return open.answer();
  }

  /** Stops at once; open questions are completed without an answer. */
  @Override
  public void close() {
    closed = true;
    publisher.close();
    subscriber.close();
    questions.giveUp();
  }
}
