package ci.assay.worker.job;

import ci.assay.common.Durations;
import ci.assay.common.Texts;
import ci.assay.model.Conclusion;
import ci.assay.model.Outcome;
import ci.assay.model.Ruling;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.NotFound;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run. The exit code alone decides between passed and failed; test reports only
 * add detail.
 */
record Judgement(Conclusion conclusion, @Nullable TestCounts tests) {

  private static final int LONGEST_CAUSE = 8_000;
  private static final int LONGEST_SUMMARY = 500;
  private static final int LONGEST_NAME = 120;

  private static Judgement of(
      Outcome outcome,
      @Nullable String cause,
      @Nullable Integer exitCode,
      String summary,
      @Nullable TestCounts tests) {
    String cut = cause == null ? null : cut(cause, LONGEST_CAUSE);
    return new Judgement(
        new Conclusion(outcome, cut, exitCode, cut(summary, LONGEST_SUMMARY)), tests);
  }

  /** A copy that names the command of the run. */
  Judgement by(Conclusion.Command command) {
    return new Judgement(conclusion.by(command), tests);
  }

  /** A copy in which secrets are masked. */
  Judgement masked(Masking masking) {
    Conclusion.Command told = conclusion.command();
    String cause = conclusion.cause();
    Conclusion masked =
        new Conclusion(
            conclusion.outcome(),
            cause == null ? null : masking.text(cause),
            conclusion.exitCode(),
            masking.text(conclusion.summary()),
            told == null ? null : new Conclusion.Command(masking.text(told.text()), told.source()));
    return new Judgement(masked, tests);
  }

  /**
   * @param firstBad the first failed test, which the summary names
   */
  static Judgement of(CommandExit ending, @Nullable TestCounts tests, @Nullable TestCase firstBad) {
    if (ending instanceof TimedOut late) {
      return timedOut(late, tests);
    }
    if (ending instanceof OverLimit over) {
      return of(
          Outcome.FAILED, over.words(), over.code(), summary(ending, true, tests, firstBad), tests);
    }
    if (ending instanceof NotFound missing) {
      return notFound(missing);
    }
    int code = ((Exited) ending).code();
    Outcome outcome = code == 0 ? Outcome.PASSED : Outcome.FAILED;
    return of(outcome, null, code, summary(ending, code != 0, tests, firstBad), tests);
  }

  /**
   * The judgement of all tries of all steps.
   *
   * @param tests of the last try
   * @param firstBad the first failed test of the last try, which the summary names
   */
  static Judgement of(
      StepRuns.Ending ending, @Nullable TestCounts tests, @Nullable TestCase firstBad) {
    Judgement last = of(ending.exit(), tests, firstBad);
    Conclusion found = last.conclusion();
    String summary = found.summary();
    String cause = found.cause();
    if (ending.step() != null) {
      String where = "step '" + ending.step() + "': ";
      cause = where + (cause == null ? ending.exit().words() : cause);
      summary = where + summary;
    }
    if (ending.tries() > 1) {
      summary =
          ending.isFlaky()
              ? "flaky, passed at try %d; %s".formatted(ending.tries(), summary)
              : "%s (%d tries)".formatted(summary, ending.tries());
    }
    return of(found.outcome(), cause, found.exitCode(), summary, tests);
  }

  /** The judgement of a job that is not run. */
  static Judgement of(Ruling ruling) {
    return of(ruling.outcome(), ruling.reason(), null, ruling.reason(), null);
  }

  /** The judgement of a commit that cannot be run, or whose repository cannot be fetched. */
  static Judgement errored(String cause) {
    String line = cause.lines().findFirst().orElse("unknown cause");
    return of(Outcome.ERRORED, cause, null, line, null);
  }

  private static Judgement notFound(NotFound missing) {
    boolean isOfTheCommit = missing.program().contains("/");
    String cause =
        "the test command begins with '%s', which is not there; %s"
            .formatted(
                missing.program(),
                isOfTheCommit
                    ? "correct the command in .assay.yml or after --test"
                    : "install it on the workers, or name another command in .assay.yml or with --test");
    return of(Outcome.ERRORED, cause, null, missing.words(), null);
  }

  private static Judgement timedOut(TimedOut late, @Nullable TestCounts tests) {
    String limit = Durations.text(late.limit());
    String cause =
        "timed out after %s: the command was %s; if it needs longer, write a timeout: line into .assay.yml"
            .formatted(limit, late.words());
    return of(Outcome.TIMED_OUT, cause, null, "timed out after " + limit, tests);
  }

  private static String summary(
      CommandExit ending, boolean isBad, @Nullable TestCounts tests, @Nullable TestCase firstBad) {
    if (tests == null) {
      return isBad ? ending.words() : "passed";
    }
    boolean explains = tests.failed() + tests.errors() > 0;
    if (explains && firstBad != null) {
      return tests.summary() + "; first failing: " + nameOf(firstBad);
    }
    return isBad && !explains ? tests.summary() + ", " + ending.words() : tests.summary();
  }

  /** The test's name after the last part of its group: {@code ClockTest.strikes}. */
  private static String nameOf(TestCase test) {
    String group = test.group().substring(test.group().lastIndexOf('.') + 1);
    String name =
        test.name().isEmpty() || group.isEmpty()
            ? test.group() + test.name()
            : group + "." + test.name();
    return Texts.line(name, LONGEST_NAME);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest
        ? text
        : text.substring(0, longest)
            + "… (%d characters were cut)".formatted(text.length() - longest);
  }
}
