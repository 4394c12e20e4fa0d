package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.ChannelLoop;
import ci.assay.broker.Dialect;
import ci.assay.broker.OutageLog;
import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.common.InvalidInputException;
import ci.assay.thread.Threads;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives pieces of the live logs of some jobs, on an exclusive queue that exists while there are
 * such jobs and is declared again after each reconnect. The number of pieces that wait here and at
 * the broker is limited; when a listener is slow, the oldest pieces are lost. Safe for use by many
 * threads.
 */
public final class LiveLogSubscriber implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveLogSubscriber.class);
  private static final Duration BEAT = Duration.ofMillis(500);
  private static final int MOST_IN_HAND = 8;

  private final Listener listener;
  private final Consumer<Set<String>> whileListening;
  private final ChannelLoop loop;
  private final ExecutorService handler;
  private final OutageLog outage;
  private Set<String> wanted = Set.of();

  /** Receives pieces. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A piece arrived.
     *
     * @param user the sender, verified by the broker where it does so; see {@link WorkerUsers}
     */
    void received(LiveLogPiece piece, String user);
  }

  /**
   * @param broker the connection to consume on; not closed by this object
   * @param name the name of this program, for its threads and log lines
   * @param listener receives the pieces, one after the other, on a thread of this object
   * @param whileListening receives the keys that it began to listen to since the last call; called
   *     twice a second, and at once when there are new ones, on another thread of this object
   */
  public LiveLogSubscriber(
      BrokerConnection broker,
      String name,
      Listener listener,
      Consumer<Set<String>> whileListening) {
    this.listener = listener;
    this.whileListening = whileListening;
    this.outage = new OutageLog(log, name + " receives live logs again");
    this.loop =
        new ChannelLoop(
            broker,
            log,
            name + " live logs",
            outage,
            name + " cannot receive live logs",
            new Listening());
    this.handler = Threads.single(name + " live log");
  }

  public void start() {
    loop.start();
  }

  /**
   * From now on it listens to the pieces with these routing keys, see {@link LiveLogPiece#key}, and
   * to no others.
   */
  public synchronized void listenTo(Set<String> keys) {
    wanted = Set.copyOf(keys);
    notifyAll();
  }

  @Override
  public void close() {
    loop.close();
    handler.shutdownNow();
  }

  private final class Listening implements ChannelLoop.Use {

    @Override
    public void awaitNeed() throws InterruptedException {
      awaitWanted();
    }

    @Override
    public void on(Channel channel) throws IOException, InterruptedException {
      listenOn(channel);
    }
  }

  private synchronized void awaitWanted() throws InterruptedException {
    while (wanted.isEmpty()) {
      wait();
    }
  }

  private synchronized Set<String> wanted() {
    return wanted;
  }

  private synchronized void awaitNews(Set<String> known) throws InterruptedException {
    long deadline = System.nanoTime() + BEAT.toNanos();
    long left = BEAT.toMillis();
    while (wanted.equals(known) && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  private void listenOn(Channel channel) throws IOException, InterruptedException {
    Topology.declare(channel.getConnection(), List.of());
    channel.basicQos(MOST_IN_HAND);
    Dialect dialect = Dialect.of(channel.getConnection());
    String queue = channel.queueDeclare("", false, true, true, dialect.liveQueue()).getQueue();
    channel.basicConsume(queue, false, new Hearing(channel));
    Set<String> bound = new HashSet<>();
    Set<String> keys = wanted();
    while (channel.isOpen() && !keys.isEmpty()) {
      Set<String> added = bind(channel, queue, bound, keys);
      outage.end();
      whileListening.accept(added);
      awaitNews(keys);
      keys = wanted();
    }
  }

  /** Returns the keys that were not bound before. */
  private static Set<String> bind(
      Channel channel, String queue, Set<String> bound, Set<String> keys) throws IOException {
    for (String key : Set.copyOf(bound)) {
      if (!keys.contains(key)) {
        channel.queueUnbind(queue, Topology.LIVE, key);
        bound.remove(key);
      }
    }
    Set<String> added = new HashSet<>(keys);
    added.removeAll(bound);
    for (String key : added) {
      channel.queueBind(queue, Topology.LIVE, key);
      bound.add(key);
    }
    return added;
  }

  private final class Hearing extends DefaultConsumer {

    Hearing(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      try {
        handler.execute(() -> hear(envelope, properties, body));
      } catch (RejectedExecutionException e) {
        log.debug("closed, so nothing is received");
      }
    }

    private void hear(Envelope envelope, BasicProperties properties, byte[] body) {
      try {
        String user = WorkerUsers.senderOf(getChannel().getConnection(), properties);
        listener.received(LiveLogPiece.of(properties, body), user);
      } catch (InvalidInputException e) {
        log.debug("not a piece of a live log: {}", e.getMessage());
      } catch (RuntimeException | Error e) {
        log.error("a bug in handling a live log", e);
      }
      try {
        getChannel().basicAck(envelope.getDeliveryTag(), false);
      } catch (IOException | ShutdownSignalException e) {
        log.debug("the queue is gone");
      }
    }

    /** The queue was deleted: closing the channel makes the loop declare another one. */
    @Override
    public void handleCancel(String consumerTag) throws IOException {
      getChannel().abort();
    }
  }
}
