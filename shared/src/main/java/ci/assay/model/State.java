package ci.assay.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a job, a commit or a branch stands. The only set of words for it: pages, API, {@code queue},
 * {@code results} and badges take them from here. Once there is a result, a state is its {@link
 * Outcome}.
 */
public enum State {
  /** Queued, and no worker is known to run it. */
  WAITING,
  /** A worker runs it. */
  RUNNING,
  PASSED,
  FAILED,
  ERRORED,
  TIMED_OUT,
  CANCELLED,
  SKIPPED;

  /**
   * The state of what has that outcome.
   *
   * @param outcome null while there is none
   * @param isRunning whether a worker runs it; of no consequence once there is an outcome
   */
  public static State of(@Nullable Outcome outcome, boolean isRunning) {
    if (outcome != null) {
      return of(outcome);
    }
    return isRunning ? RUNNING : WAITING;
  }

  /** The state of what has that outcome. */
  public static State of(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> PASSED;
      case FAILED -> FAILED;
      case ERRORED -> ERRORED;
      case TIMED_OUT -> TIMED_OUT;
      case CANCELLED -> CANCELLED;
      case SKIPPED -> SKIPPED;
    };
  }

  /** The word for programs, as in files and JSON: {@code timed_out}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The same for people: {@code timed out}. */
  public String text() {
    return word().replace('_', ' ');
  }

  /** Whether there is a result. */
  public boolean isOver() {
    return this != WAITING && this != RUNNING;
  }

  /**
   * The state of a job, and of one that runs, where and since when.
   *
   * @param worker that runs it; null unless it is running
   * @param since when that run began; null unless it is running
   */
  public record Standing(State state, @Nullable String worker, @Nullable Instant since) {

    /** It is queued, and no worker is known to run it. */
    public static final Standing WAITING = new Standing(State.WAITING, null, null);

    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** A worker runs it. */
    public static Standing running(String worker, Instant since) {
      return new Standing(State.RUNNING, worker, since);
    }

    /** It has its result. */
    public static Standing over(Outcome outcome) {
      return new Standing(State.of(outcome), null, null);
    }

    /** For people: {@code running on host-1 since 2026-11-23 10:02:13 UTC}, {@code waiting}. */
    public String text() {
      return worker == null || since == null
          ? state.text()
          : "%s on %s since %s".formatted(state.text(), worker, TIME.format(since));
    }
  }
}
