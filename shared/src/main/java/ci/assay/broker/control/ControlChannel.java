package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.model.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Talks to the other processes through the broker without keeping anything: what is said is
 * delivered at once or never, and nobody is told which. It listens on an exclusive queue, made anew
 * after each reconnect, and every listener must do without what was said meanwhile. Safe for use by
 * many threads.
 */
public final class ControlChannel implements AutoCloseable {

  private final PendingRequests questions = new PendingRequests();
  private final TransientSubscriber subscriber;
  private final TransientPublisher publisher;
  private volatile boolean closed;

  /**
   * @param consuming where the queue is; not closed by this object
   * @param publishing what is published on, another one; not closed by this object
   * @param name for the threads
   * @param listener is told what was heard, one after the other, on a thread of this object's
   * @param whenListening is run on that thread each time it listens again
   */
  public ControlChannel(
      BrokerConnection consuming,
      BrokerConnection publishing,
      String name,
      List<Binding> bindings,
      Consumer<ReceivedMessage> listener,
      Runnable whenListening) {
    // The address is told to nobody but whom we ask: who knows it could listen to our answers.
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

  /** For how long it has listened without a break; zero when it does not. */
  public Duration listeningFor() {
    return subscriber.listeningFor();
  }

  /** Sends a message to whoever listens to this exchange and key. */
  public void send(String exchange, String key, Message message) {
    publisher.send(new TransientMessage(exchange, key, message, "", false));
  }

  /** Sends a message to every worker. */
  public void broadcast(Message message) {
    send(Topology.CONTROL, "", message);
  }

  /** Sends a message to every process, as only the coordinator may. */
  public void announce(Message message) {
    send(Topology.COORDINATOR, Topology.KEY_ALL, message);
  }

  /** Answers a question that was heard. */
  public void answer(ReceivedMessage question, Message answer) {
    if (!question.replyTo().isEmpty()) {
      publisher.send(
          new TransientMessage(
              Topology.COORDINATOR, question.replyTo(), answer, question.correlation(), false));
    }
  }

  /**
   * Asks whoever answers questions of this kind.
   *
   * @param key one of {@link Topology}'s
   * @return the answer; empty, often at once, when nobody is there to give one, and after {@code
   *     limit}
   */
  public CompletableFuture<Optional<Message>> ask(String key, Message question, Duration limit) {
    if (!subscriber.isListening() || closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    PendingRequests.Open open = questions.add(limit);
    String exchange = key.equals(Topology.KEY_ORDER) ? Topology.ORDERS : Topology.INQUIRY;
    publisher.send(new TransientMessage(exchange, key, question, open.correlation(), true));
    return open.answer();
  }

  /** Ends at once. */
  @Override
  public void close() {
    closed = true;
    publisher.close();
    subscriber.close();
    questions.giveUp();
  }
}
