package ci.assay.coordinator.intake;

import ci.assay.common.LatestEntries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Decides which messages may wait for an earlier one that has not arrived yet. Each may wait for a
 * limited time, and only a limited number at once, since a waiting message takes a place in the
 * consumer's prefetch. Soon after this coordinator became active any message may wait: the broker
 * delivers new messages to it while the coordinator before it still has older ones in hand. When
 * too many wait then, further ones go to the end of the queue, so that none is lost and others go
 * on. Later only redelivered messages may wait. A sender cannot raise these limits by what it
 * sends. Safe for use by many threads.
 */
final class Waits {

  /** Longer than a stopping coordinator takes to finish the deliveries in hand. */
  static final Duration TAKEOVER = Duration.ofSeconds(15);

  /**
   * An earlier message that has not arrived after this time will not arrive. A coordinator that is
   * frozen keeps what it has in hand until the broker misses its heartbeats: after 6 to 9 s, and
   * later on a busy machine.
   */
  static final Duration LIMIT = Duration.ofSeconds(20);

  /** The pause until a waiting message is checked again. */
  static final Duration PAUSE = Duration.ofMillis(200);

  /** What to do with a message that arrived before one it depends on. */
  enum Step {
    /** Check it again after {@link #PAUSE}. */
    WAIT,
    /** Publish it again, to the end of the queue. */
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
   * @param activeFor for how long this coordinator has been active
   */
  Waits(Supplier<Duration> activeFor, Clock clock) {
    this.activeFor = activeFor;
    this.clock = clock;
  }

  /**
   * What to do with a message; the first call starts its wait.
   *
   * @param key the name of the message; messages with the same key share one wait
   * @param redelivered whether it was delivered to a consumer before
   */
  synchronized Step next(String key, boolean redelivered) {
    Instant now = clock.instant();
    Instant first = since.get(key);
    if (first != null && !now.isBefore(first.plus(LIMIT))) {
      return Step.REFUSE; // the entry stays, so that others with this key do not start a new wait
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

  /** The message is stored and waits no longer. */
  synchronized void done(String key) {
    since.remove(key);
  }
}
