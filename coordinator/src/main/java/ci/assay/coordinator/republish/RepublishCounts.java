package ci.assay.coordinator.republish;

import ci.assay.model.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often jobs were published again, so that the pauses grow. Safe for use by many threads. */
final class RepublishCounts {

  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final int MOST_DOUBLINGS = 10;

  /** The count of a job is forgotten when it was not published again for this long. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  /** A waiting message may come back this much before its pause is over and is still recognized. */
  private static final Duration EARLY = Duration.ofMillis(500);

  private final Clock clock;
  private final Map<JobId, Repetition> byJob = new ConcurrentHashMap<>();

  /** Until when a message about each job waits. */
  private final Map<JobId, Instant> waiting = new ConcurrentHashMap<>();

  private record Repetition(Instant last, int times) {}

  RepublishCounts(Clock clock) {
    this.clock = clock;
  }

  /**
   * Whether a message about this job may wait until the pause is over. Only one may, since one is
   * enough to publish the job again.
   */
  boolean mayWait(JobId id, Duration pause) {
    Instant now = clock.instant();
    waiting.values().removeIf(each -> !each.isAfter(now));
    return waiting.putIfAbsent(id, now.plus(pause).minus(EARLY)) == null;
  }

  /**
   * Returns zero when the job may be published again now, and counts that; else how long to wait.
   */
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
