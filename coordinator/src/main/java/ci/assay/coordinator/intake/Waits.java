package ci.assay.coordinator.intake;

import ci.assay.common.LatestEntries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Messages that wait for an earlier one that is not here yet, each for a bounded time, and only so
 * many at once, since whoever waits keeps a place of the consumer's prefetch. Soon after this
 * coordinator took over any may: the broker gives us new messages while the one before us still has
 * older ones in hand. When there is no room then, they go to the end of the queue, so that none is
 * lost and others go on. Later only those may wait that were delivered before. Nothing that the
 * sender of a message chooses makes room for more. Safe for use by many threads.
 */
final class Waits {

  /** Longer than a coordinator that stops finishes what it has in hand. */
  static final Duration TAKEOVER = Duration.ofSeconds(15);

  /** An earlier message that is not here by then is not on its way. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  /** One that waits is looked at again after that. */
  static final Duration PAUSE = Duration.ofMillis(200);

  /** What to do with a message that comes before what it builds on. */
  enum Step {
    /** For {@link #PAUSE}. */
    WAIT,
    /** Send it once more, behind all that is in the queue. */
    GO_BEHIND,
    REFUSE
  }

  private static final int CAPACITY = ResultsConsumer.PREFETCH / 2;
  private static final int MOST_REMEMBERED = 1_000;

  private final Supplier<Duration> activeFor;
  private final Clock clock;
  private final LatestEntries<String, Instant> since = new LatestEntries<>(MOST_REMEMBERED);
  private Instant windowEnd = Instant.EPOCH;
  private int inWindow;

  /**
   * @param activeFor for how long this coordinator has been the active one
   */
  Waits(Supplier<Duration> activeFor, Clock clock) {
    this.activeFor = activeFor;
    this.clock = clock;
  }

  /**
   * What to do with one; the first question starts its time.
   *
   * @param key which may be another's, too: then both end together
   * @param redelivered whether somebody was given it before
   */
  synchronized Step next(String key, boolean redelivered) {
    Instant now = clock.instant();
    Instant first = since.get(key);
    if (first != null && !now.isBefore(first.plus(LIMIT))) {
      return Step.REFUSE; // and it stays so: others of this key do not begin anew
    }
    boolean isTakeover = isTakeover();
    if (!isTakeover && !redelivered) {
      return Step.REFUSE;
    }
    if (!hasRoom(now)) {
      return isTakeover ? Step.GO_BEHIND : Step.REFUSE;
    }
    if (first == null) {
      since.put(key, now);
    }
    return Step.WAIT;
  }

  private boolean isTakeover() {
    return activeFor.get().compareTo(TAKEOVER) < 0;
  }

  private boolean hasRoom(Instant now) {
    if (!now.isBefore(windowEnd)) {
      windowEnd = now.plus(PAUSE);
      inWindow = 0;
    }
    return ++inWindow <= CAPACITY;
  }

  /** It waits no longer. */
  synchronized void done(String key) {
    since.remove(key);
  }
}
