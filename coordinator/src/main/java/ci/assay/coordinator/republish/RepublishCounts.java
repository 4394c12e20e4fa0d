package ci.assay.coordinator.republish;

import ci.assay.model.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often a job was published again, so that it is ever more seldom. Safe for many threads. */
final class RepublishCounts {

  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final int MOST_DOUBLINGS = 10;

  /** A job that has rested for that long begins anew. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  /** One that comes back a little before its pause is over is still the one that waits. */
  private static final Duration EARLY = Duration.ofMillis(500);

  private final Clock clock;
  private final Map<JobId, Repetition> byJob = new ConcurrentHashMap<>();

  /** Until when a message waits. */
  private final Map<JobId, Instant> waiting = new ConcurrentHashMap<>();

  private record Repetition(Instant last, int times) {}

  RepublishCounts(Clock clock) {
    this.clock = clock;
  }

  /**
   * Whether a message about this job may wait for its pause to be over: one may, since one is
   * enough to publish the job again.
   */
  boolean mayWait(JobId id, Duration pause) {
    Instant now = clock.instant();
    waiting.values().removeIf(each -> !each.isAfter(now));
    return waiting.putIfAbsent(id, now.plus(pause).minus(EARLY)) == null;
  }

  /** Zero when it may be published now, and then counts it; else how long to wait. */
  Duration pauseBefore(JobId id) {
    Instant now = clock.instant();
    byJob.values().removeIf(each -> each.last().plus(FORGOTTEN).isBefore(now));
    Repetition before = byJob.get(id);
    if (before != null) {
      Duration wanted = FIRST.multipliedBy(1L << Math.min(before.times() - 1, MOST_DOUBLINGS));
      Duration left = Duration.between(now, before.last().plus(wanted));
      if (!left.isNegative() && !left.isZero()) {
        return left;
      }
    }
    waiting.remove(id);
    byJob.put(id, new Repetition(now, before == null ? 1 : before.times() + 1));
    return Duration.ZERO;
  }
}
