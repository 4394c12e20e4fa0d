package ci.assay.coordinator.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Messages that wait for an earlier one that is not here yet: each for a bounded time, and only so
 * many at once, since whoever waits keeps a place of the consumer's prefetch. Safe for use by many
 * threads.
 */
final class Waits {

  private final Duration limit;
  private final int capacity;
  private final Clock clock;
  private final Map<String, Instant> since = new HashMap<>();

  /**
   * @param limit for how long one may wait
   * @param capacity how many may wait at once
   */
  Waits(Duration limit, int capacity, Clock clock) {
    this.limit = limit;
    this.capacity = capacity;
    this.clock = clock;
  }

  /** Whether this one may wait on; the first question starts its time. */
  synchronized boolean mayWait(String key) {
    Instant now = clock.instant();
    Instant first = since.get(key);
    if (first == null) {
      // What was parked or taken by another coordinator meanwhile never says that it is done.
      since.values().removeIf(each -> each.plus(limit.multipliedBy(2)).isBefore(now));
      if (since.size() >= capacity) {
        return false;
      }
      since.put(key, now);
      return true;
    }
    if (now.isBefore(first.plus(limit))) {
      return true;
    }
    since.remove(key);
    return false;
  }

  /** It waits no longer. */
  synchronized void done(String key) {
    since.remove(key);
  }
}
