package ci.assay.model;

import ci.assay.common.Texts;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job, a commit or a branch. Pages, API, {@code queue}, {@code results} and badges
 * all take their words from here. Once there is a result, the state is its {@link Outcome}.
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
   * The state for an outcome.
   *
   * @param outcome null while there is none
   * @param isRunning whether a worker runs the job; ignored once there is an outcome
   */
  public static State of(@Nullable Outcome outcome, boolean isRunning) {
    if (outcome != null) {
      return of(outcome);
    }
    return isRunning ? RUNNING : WAITING;
  }

  /** The state for an outcome. */
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

  /** The word for programs, used in files and JSON: {@code timed_out}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words for people: {@code timed out}. */
  public String text() {
    return word().replace('_', ' ');
  }

  /** Whether there is a result. */
  public boolean isOver() {
    return this != WAITING && this != RUNNING;
  }

  /**
   * The state of a job; for a running one, also where and since when.
   *
   * @param worker the worker that runs it; null unless it is running
   * @param since when the run began; null unless it is running
   */
  public record Standing(State state, @Nullable String worker, @Nullable Instant since) {

    /** The job is queued, and no worker is known to run it. */
    public static final Standing WAITING = new Standing(State.WAITING, null, null);

    /** A worker runs it. */
    public static Standing running(String worker, Instant since) {
      return new Standing(State.RUNNING, worker, since);
    }

    /** The job has its result. */
    public static Standing over(Outcome outcome) {
      return new Standing(State.of(outcome), null, null);
    }

    /** For people: {@code running on host-1 since 2026-11-23 10:02:13 UTC}, {@code waiting}. */
    public String text() {
      return worker == null || since == null
          ? state.text()
          : "%s on %s since %s".formatted(state.text(), worker, Texts.time(since));
    }
  }
}
