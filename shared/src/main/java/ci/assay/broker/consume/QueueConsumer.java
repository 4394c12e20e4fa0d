package ci.assay.broker.consume;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Consumes queues with manual acks and does what the handler decides about each delivery; no other
 * class acks. Handlers run on threads of this object, never on the client's. Each decision is
 * carried out in the order store, publish, confirm, ack. When a channel is lost (connection lost,
 * consumer cancelled, ack timeout), the deliveries in hand are finished but not acked, since the
 * broker has put them back into the queue; then consuming begins again on a new channel. Safe for
 * use by many threads.
 */
public final class QueueConsumer implements AutoCloseable {

  /**
   * What to consume and how. With a prefetch of at most {@code threads}, each thread has a channel
   * of its own and holds only the delivery that it handles, so that other consumers get the rest.
   * With a larger prefetch, the threads share one channel and its prefetched deliveries. A loop
   * that reads ahead handles one delivery at a time too, but while that takes only a moment it
   * prefetches the next one, and begins with it while the messages published for the last one are
   * being confirmed.
   *
   * @param queues the queues to consume; the broker takes turns among them
   * @param pools the pools whose work queues to declare first
   * @param tag the consumer tag, shown on the broker's management page
   * @param prefetch how many deliveries may be in hand at once, of each queue
   * @param threads how many handlers may run at once
   * @param readsAhead whether to prefetch the next delivery; for one thread and one queue only
   */
  public record Settings(
      List<String> queues,
      List<String> pools,
      String tag,
      int prefetch,
      int threads,
      boolean readsAhead) {
    public Settings {
      queues = List.copyOf(queues);
      pools = List.copyOf(pools);
    }

    public Settings(
        List<String> queues, List<String> pools, String tag, int prefetch, int threads) {
      this(queues, pools, tag, prefetch, threads, false);
    }

    /**
     * One delivery at a time; with a single queue, the next one is prefetched while they are
     * handled quickly.
     */
    public static Settings oneByOne(List<String> queues, List<String> pools, String tag) {
      return new Settings(queues, pools, tag, 1, 1, queues.size() == 1);
    }

    private List<Settings> loops() {
      if (prefetch > threads || readsAhead) {
        return List.of(this);
      }
      return IntStream.rangeClosed(1, threads)
          .mapToObj(n -> new Settings(queues, pools, threads == 1 ? tag : tag + " #" + n, 1, 1))
          .toList();
    }
  }

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final List<ConsumerLoop> loops;

  /**
   * @param broker not closed by this object
   * @param publisher not closed by this object
   */
  public QueueConsumer(
      BrokerConnection broker,
      ConfirmedPublisher publisher,
      Settings settings,
      Disposition.Handler handler) {
    DispositionExecutor executor = new DispositionExecutor(publisher, handler);
    this.loops =
        settings.loops().stream().map(each -> new ConsumerLoop(broker, each, executor)).toList();
  }

  /** Begins to consume, in the background. */
  public void start() {
    loops.forEach(ConsumerLoop::start);
  }

  /** Takes no deliveries until {@link #resume}; those in hand are settled as usual. */
  public void pause() {
    loops.forEach(ConsumerLoop::pause);
  }

  /** Takes deliveries again. */
  public void resume() {
    loops.forEach(ConsumerLoop::resume);
  }

  /** How many deliveries are being handled or wait for a handler. */
  public int inHand() {
    return loops.stream().mapToInt(ConsumerLoop::inHand).sum();
  }

  /**
   * Takes no more deliveries, and waits until those in hand are settled.
   *
   * @return whether all were settled within {@code limit}
   */
  public boolean drain(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    loops.forEach(ConsumerLoop::stopTaking);
    boolean isIdle = true;
    for (ConsumerLoop loop : loops) {
      isIdle &= loop.awaitIdle(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return isIdle;
  }

  /** Stops at once; the deliveries in hand go back to the queue. */
  @Override
  public void close() {
    loops.forEach(ConsumerLoop::close);
    long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
    try {
      for (ConsumerLoop loop : loops) {
        loop.awaitEnd(Duration.ofNanos(end - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
