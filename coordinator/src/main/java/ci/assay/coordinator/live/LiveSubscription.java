package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.message.WatchRequest;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All watchers of one job. Listeners are called without a lock, so that a listener may end its own
 * watch. Safe for use by many threads, of which one calls {@link #received} and one {@link #due}.
 */
final class LiveSubscription {

  /** How often the run's worker is told that the job is watched. */
  static final Duration RENEWAL = Duration.ofSeconds(10);

  /**
   * How often workers are asked before the first piece arrives, since the run may begin at any
   * time.
   */
  static final Duration SEARCH = Duration.ofSeconds(2);

  private final JobId job;
  private final List<LiveWatcher> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean isDue = true;
  private volatile boolean hasReceived;
  private long askedAt;

  LiveSubscription(JobId job) {
    this.job = job;
  }

  void add(LiveWatcher watcher) {
    watchers.add(watcher);
    isDue = true;
  }

  /** Removes a watcher; returns whether none is left. */
  boolean remove(LiveWatcher watcher) {
    watchers.remove(watcher);
    return watchers.isEmpty();
  }

  /** Makes a request due at once. */
  void ask() {
    isDue = true;
  }

  void received(LiveLogPiece piece, long nanos) {
    if (!piece.job().equals(job)) {
      return;
    }
    hasReceived = true;
    boolean hasGap = false;
    for (LiveWatcher each : watchers) {
      hasGap |= each.received(piece, nanos);
    }
    if (hasGap) {
      isDue = true;
    }
  }

  /** The request to send to the workers now; empty when none is due. */
  Optional<WatchRequest> due(long nanos) {
    Duration pause = hasReceived ? RENEWAL : SEARCH;
    if (!isDue && nanos - askedAt < pause.toNanos()) {
      return Optional.empty();
    }
    isDue = false;
    askedAt = nanos;
    long from = watchers.stream().mapToLong(LiveWatcher::next).min().orElse(0);
    return Optional.of(new WatchRequest(job, from));
  }
}
