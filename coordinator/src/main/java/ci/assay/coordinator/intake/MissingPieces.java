package ci.assay.coordinator.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long results have been waiting for missing pieces of their files. A coordinator that starts
 * begins to wait again, since the pieces may be further back in the queue. Safe for use by many
 * threads.
 */
final class MissingPieces {

  static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * The most results that wait at once, less than half of the prefetch, so that other results go
   * on. When more results lack pieces, these are stored without them at once: a verdict is worth
   * more than a complete log.
   */
  static final int MOST = 24;

  /**
   * Pieces are sent before their result, so a piece that has not arrived soon after the result is
   * lost.
   */
  private static final Duration BEFORE_ASKING = Duration.ofSeconds(2);

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(10);

  /** What to do about a result whose files are incomplete. */
  enum Step {
    WAIT,
    /** Ask the worker to send the files again, then wait. */
    ASK,
    /** Store the result without the missing pieces. */
    GIVE_UP
  }

  private record Wait(Instant since, Instant nextQuestion) {}

  private final Clock clock;
  private final Map<String, Wait> waits = new ConcurrentHashMap<>();

  MissingPieces(Clock clock) {
    this.clock = clock;
  }

  /** What to do now about the result of a run; the first call starts its wait. */
  Step next(String run) {
    Instant now = clock.instant();
    if (waits.size() >= MOST && !waits.containsKey(run)) {
      waits.values().removeIf(each -> each.since().plus(LIMIT.multipliedBy(2)).isBefore(now));
      if (waits.size() >= MOST) {
        return Step.GIVE_UP;
      }
    }
    Wait wait = waits.computeIfAbsent(run, unused -> new Wait(now, now.plus(BEFORE_ASKING)));
    if (!now.isBefore(wait.since().plus(LIMIT))) {
      return Step.GIVE_UP;
    }
    if (now.isBefore(wait.nextQuestion())) {
      return Step.WAIT;
    }
    waits.put(run, new Wait(wait.since(), now.plus(BETWEEN_QUESTIONS)));
    return Step.ASK;
  }

  /** The run's result is stored. */
  void forget(String run) {
    waits.remove(run);
  }
}
