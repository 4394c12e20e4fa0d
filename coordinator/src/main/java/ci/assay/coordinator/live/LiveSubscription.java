package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.message.WatchRequest;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All who watch one job. Listeners are called without a lock, so that they may end their watch from
 * within. Safe for use by many threads, of which one calls {@link #received} and one {@link #due}.
 */
final class LiveSubscription {

  /** So often the run's worker is told that it is watched. */
  static final Duration RENEWAL = Duration.ofSeconds(10);

  /** So often it is looked for before anything is heard of it: the run may begin at any time. */
  static final Duration SEARCH = Duration.ofSeconds(2);

  private final JobId job;
  private final List<LiveWatcher> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean isDue = true;
  private volatile boolean isHeard;
  private long askedAt;

  LiveSubscription(JobId job) {
    this.job = job;
  }

  void add(LiveWatcher watcher) {
    watchers.add(watcher);
    isDue = true;
  }

  /** Returns whether nobody watches any more. */
  boolean remove(LiveWatcher watcher) {
    watchers.remove(watcher);
    return watchers.isEmpty();
  }

  /** It is to be asked for at once. */
  void ask() {
    isDue = true;
  }

  void received(LiveLogPiece piece, long nanos) {
    if (!piece.job().equals(job)) {
      return;
    }
    isHeard = true;
    boolean hasGap = false;
    for (LiveWatcher each : watchers) {
      hasGap |= each.received(piece, nanos);
    }
    if (hasGap) {
      isDue = true;
    }
  }

  /** What to tell the workers now, if it is time to. */
  Optional<WatchRequest> due(long nanos) {
    Duration pause = isHeard ? RENEWAL : SEARCH;
    if (!isDue && nanos - askedAt < pause.toNanos()) {
      return Optional.empty();
    }
    isDue = false;
    askedAt = nanos;
    long from = watchers.stream().mapToLong(LiveWatcher::next).min().orElse(0);
    return Optional.of(new WatchRequest(job, from));
  }
}
