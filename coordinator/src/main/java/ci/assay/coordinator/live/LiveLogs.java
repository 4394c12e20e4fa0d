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
 * The output of runs while they run. Workers send it only while they are told that somebody
 * watches; several watches of one job share one stream. Watches continue after a broker outage, and
 * when another worker runs the job. This works on standby coordinators, too. Safe for use by many
 * threads.
 */
public final class LiveLogs implements AutoCloseable {

  private final LiveLogSubscriber subscriber;
  private final Consumer<WatchRequest> ask;
  private final Gate gate;
  private final Map<String, LiveSubscription> subscriptions = new HashMap<>();

  /** Decides whose output of a run is accepted. */
  @FunctionalInterface
  public interface Gate {
    /**
     * Whether a piece from this user is shown. A piece that is not shown is dropped, and asked for
     * again when more arrives.
     *
     * @param run the run's id as in the message, not checked
     * @param user the broker user who sent it; empty when the message has none
     */
    boolean isShown(JobId job, String run, String user);
  }

  /**
   * @param consuming the connection to consume on; not closed by this object
   * @param name the name of this program, for its threads and log lines
   * @param ask sends a request to all workers; must not wait
   * @param gate must not wait, either
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
   * Passes the output of a job's runs to a listener, until the returned object is closed. The job
   * may begin to run later, and when a run ends without a result, the next run is watched. For a
   * job that has its result, the listener is called at most once, with the end.
   *
   * @param from how many bytes the listener has already, 0 or more
   * @param listener is called on a thread that all listeners share, and may block it for a moment
   * @return closing it ends the watch; closing it twice does no harm; a call of the listener that
   *     is under way is not interrupted
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

  /**
   * Asks for the output of new keys again, since pieces sent before the queue was bound are lost,
   * and of others when that is due.
   */
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
