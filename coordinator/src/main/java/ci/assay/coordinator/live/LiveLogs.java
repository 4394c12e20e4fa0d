package ci.assay.coordinator.live;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.control.LiveLogPiece;
import ci.assay.broker.control.LiveLogSubscriber;
import ci.assay.message.WatchRequest;
import ci.assay.model.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Shows what runs print while they run. Workers send it only as long as they are told that somebody
 * watches; several who watch one job are sent it once. Watches go on by themselves after the broker
 * was away, and when another worker runs the job. Whether a coordinator is the active one does not
 * matter. Safe for use by many threads.
 */
public final class LiveLogs implements AutoCloseable {

  private final LiveLogSubscriber subscriber;
  private final Consumer<WatchRequest> ask;
  private final Gate gate;
  private final Map<String, LiveSubscription> subscriptions = new HashMap<>();

  /** Knows who may say what a run prints. */
  @FunctionalInterface
  public interface Gate {
    /**
     * Whether that is shown; what is not shown is left out, and asked for again when more comes.
     *
     * @param run as the message has it, which may be anything
     * @param user the broker's user who sent it; empty when it does not say
     */
    boolean isShown(JobId job, String run, String user);
  }

  /**
   * @param consuming where the queue is; not closed by this object
   * @param ask tells all workers; it does not wait
   * @param gate does not wait either
   */
  public LiveLogs(BrokerConnection consuming, String name, Consumer<WatchRequest> ask, Gate gate) {
    this.ask = ask;
    this.gate = gate;
    this.subscriber = new LiveLogSubscriber(consuming, name, this::received, this::renew);
  }

  public void start() {
    subscriber.start();
  }

  /**
   * Tells a listener what the run of a job prints from now on until it is closed: also of a job
   * that is not run yet, and of the next run when this one comes to nothing. Of a job that has its
   * result nothing is heard but, perhaps, that it is over.
   *
   * @param from how many bytes the listener has already, 0 or more
   * @param listener is called on a thread that all listeners share, and may block it for a moment
   * @return what ends it; closing it twice does no harm, and a call that is under way then ends by
   *     itself
   */
  public AutoCloseable watch(JobId job, long from, LiveListener listener) {
    LiveWatcher watcher = new LiveWatcher(listener, Math.max(0, from));
    String key = LiveLogPiece.key(job);
    synchronized (this) {
      subscriptions.computeIfAbsent(key, unused -> new LiveSubscription(job)).add(watcher);
      subscriber.listenTo(subscriptions.keySet());
    }
    AtomicBoolean isClosed = new AtomicBoolean();
    return () -> {
      if (isClosed.compareAndSet(false, true)) {
        remove(key, watcher);
      }
    };
  }

  private synchronized void remove(String key, LiveWatcher watcher) {
    LiveSubscription subscription = subscriptions.get(key);
    if (subscription != null && subscription.remove(watcher)) {
      subscriptions.remove(key);
      subscriber.listenTo(subscriptions.keySet());
    }
  }

  private synchronized Optional<LiveSubscription> of(String key) {
    return Optional.ofNullable(subscriptions.get(key));
  }

  private synchronized Map<String, LiveSubscription> all() {
    return Map.copyOf(subscriptions);
  }

  private void received(LiveLogPiece piece, String user) {
    of(LiveLogPiece.key(piece.job()))
        .filter(subscription -> gate.isShown(piece.job(), piece.run(), user))
        .ifPresent(subscription -> subscription.received(piece, System.nanoTime()));
  }

  /** What was said before the queue listened is to be said again. */
  private void renew(Set<String> newKeys) {
    all()
        .forEach(
            (key, subscription) -> {
              if (newKeys.contains(key)) {
                subscription.ask();
              }
              subscription.due(System.nanoTime()).ifPresent(ask);
            });
  }

  /** Ends all watches. */
  @Override
  public void close() {
    subscriber.close();
  }
}
