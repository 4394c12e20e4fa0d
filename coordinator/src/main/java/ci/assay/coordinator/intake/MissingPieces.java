package ci.assay.coordinator.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long results have been waiting for missing pieces of their files. A coordinator that starts
 * waits anew: the pieces may be in the queue behind, as when it was away. Safe for use by many
 * threads.
 */
final class MissingPieces {

  static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * So many wait at once, fewer than half of what the consumer is given: other results go on. When
   * more lack pieces, those do without at once: a verdict is worth more than the whole of a log.
   */
  static final int MOST = 24;

  /** Pieces are sent before their result, so what is not here soon after it is lost. */
  private static final Duration BEFORE_ASKING = Duration.ofSeconds(2);

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(10);

  /** What to do about a result whose files are not all here. */
  enum Step {
    WAIT,
    /** Ask its worker for them, then wait. */
    ASK,
    /** Do without. */
    GIVE_UP
  }

  private record Wait(Instant since, Instant nextQuestion) {}

  private final Clock clock;
  private final Map<String, Wait> waits = new ConcurrentHashMap<>();

  MissingPieces(Clock clock) {
    this.clock = clock;
  }

  /** What to do now about this run's result; the first question starts its time. */
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
