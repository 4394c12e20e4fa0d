package ci.assay.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long results have been waiting for missing pieces of their logs. A coordinator that starts
 * waits anew: the pieces may be in the queue behind, as when it was away. Safe for use by many
 * threads.
 */
final class LogPatience {

  static final Duration LIMIT = Duration.ofSeconds(60);

  private final Clock clock;
  private final Map<String, Instant> waitingSince = new ConcurrentHashMap<>();

  LogPatience(Clock clock) {
    this.clock = clock;
  }

  /** Whether this run's result has waited long enough; the first question starts its time. */
  boolean isOver(String run) {
    Instant now = clock.instant();
    Instant since = waitingSince.computeIfAbsent(run, unused -> now);
    return !now.isBefore(since.plus(LIMIT));
  }

  /** The run's result is stored. */
  void forget(String run) {
    waitingSince.remove(run);
  }
}
