package ci.assay.coordinator.intake;

import ci.assay.common.LatestEntries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Messages that wait for an earlier one that is not here yet: each for a bounded time, and only so
 * many at once, since whoever waits keeps a place of the consumer's prefetch. Nothing in a message
 * that its sender chooses makes room for more. Safe for use by many threads.
 */
final class Waits {

  private static final int MOST_REMEMBERED = 1_000;

  private final Duration limit;
  private final Duration pause;
  private final int capacity;
  private final Clock clock;
  private final LatestEntries<String, Instant> since = new LatestEntries<>(MOST_REMEMBERED);
  private Instant windowEnd = Instant.EPOCH;
  private int inWindow;

  /**
   * @param limit for how long one may wait
   * @param pause after which one that waits is looked at again
   * @param capacity how many may wait at once
   */
  Waits(Duration limit, Duration pause, int capacity, Clock clock) {
    this.limit = limit;
    this.pause = pause;
    this.capacity = capacity;
    this.clock = clock;
  }

  /**
   * Whether this one may wait for one more pause; the first question starts its time.
   *
   * @param key which may be another's, too: then both end together
   */
  synchronized boolean mayWait(String key) {
    Instant now = clock.instant();
    Instant first = since.get(key);
    if (first == null) {
      since.put(key, now);
    } else if (!now.isBefore(first.plus(limit))) {
      since.remove(key);
      return false;
    }
    if (!now.isBefore(windowEnd)) {
      windowEnd = now.plus(pause);
      inWindow = 0;
    }
    return ++inWindow <= capacity;
  }

  /** It waits no longer. */
  synchronized void done(String key) {
    since.remove(key);
  }
}
