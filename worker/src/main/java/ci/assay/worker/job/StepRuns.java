package ci.assay.worker.job;

import ci.assay.model.Outcome;
import ci.assay.model.StepRecord;
import ci.assay.model.StepResult;
import ci.assay.pipeline.Step;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.command.TestCommand;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one run one after another, and tries them again if the tests failed and the
 * commit asks for retries. All tries together must end within the run's timeout; steps that run
 * after a failure have {@link #GRACE} in addition. For use once, by one thread.
 */
final class StepRuns {

  /** The time after the timeout for all steps together that run after a failure. */
  static final Duration GRACE = Duration.ofMinutes(1);

  /**
   * The limit of a step that begins when the time is up, so that it times out like a running one.
   */
  private static final Duration MOMENT = Duration.ofMillis(1);

  /** Where the steps run. */
  interface Place {

    /** Runs a step to its end, or kills it at the limit. */
    CommandExit run(Step step, Duration limit) throws IOException, InterruptedException;

    /** Restores the work tree as it was before the first step. */
    void renew() throws IOException, InterruptedException;
  }

  /**
   * How the steps ended.
   *
   * @param exit of the first step that did not pass; {@code Exited(0)} if all passed
   * @param step the name of the step that did not pass; null if all passed, or without named steps
   * @param steps the result of each step; null for a single command that was tried once
   * @param tries how many there were
   */
  record Ending(
      CommandExit exit, @Nullable String step, @Nullable List<StepResult> steps, int tries) {

    /** Whether it passed only at a later try. */
    boolean isFlaky() {
      return tries > 1 && outcome(exit) == Outcome.PASSED;
    }

    /** As the result has it. */
    StepRecord record() {
      return new StepRecord(steps, isFlaky() ? true : null);
    }
  }

  private final TestCommand command;
  private final RunLog log;
  private final Place place;
  private final long began = System.nanoTime();
  private final List<StepResult> results = new ArrayList<>();
  private @Nullable CommandExit failure;
  private @Nullable String culprit;

  StepRuns(TestCommand command, RunLog log, Place place) {
    this.command = command;
    this.log = log;
    this.place = place;
  }

  Ending run() throws IOException, InterruptedException {
    int tries = 1;
    CommandExit exit = runAll(tries);
    while (outcome(exit) == Outcome.FAILED && tries <= command.retries() && !left().isZero()) {
      tries++;
      place.renew();
      log.nextTry(tries, command.retries() + 1);
      exit = runAll(tries);
    }
    boolean isBare = command.isOne() && tries == 1;
    return new Ending(
        exit, command.isOne() ? null : culprit, isBare ? null : List.copyOf(results), tries);
  }

  private CommandExit runAll(int round) throws IOException, InterruptedException {
    failure = null;
    culprit = null;
    for (Step step : command.steps()) {
      if (!step.when().isMet(failure != null)) {
        skip(step, round, failure == null ? "no step before it failed" : culprit + " did not pass");
      } else if (allowance(step).isZero()) {
        skip(step, round, "no time is left");
      } else {
        run(step, round);
      }
    }
    return failure == null ? new Exited(0) : failure;
  }

  private void run(Step step, int round) throws IOException, InterruptedException {
    if (!command.isOne() || command.retries() > 0) {
      log.section(step.name());
    }
    Duration limit = allowance(step);
    long start = System.nanoTime();
    CommandExit exit = place.run(step, limit);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (exit instanceof TimedOut late && !limit.equals(step.timeout())) {
      exit = new TimedOut(failure == null ? command.timeout() : limit, late.byForce());
    }
    Outcome outcome = outcome(exit);
    Integer code = exit instanceof Exited by ? (Integer) by.code() : null;
    results.add(new StepResult(step.name(), round, outcome, code, millis));
    if (outcome != Outcome.PASSED && failure == null) {
      failure = exit;
      culprit = step.name();
    }
  }

  private void skip(Step step, int round, String why) {
    log.note("step '%s' is not run: %s".formatted(step.name(), why));
    results.add(new StepResult(step.name(), round, Outcome.SKIPPED, null, 0));
  }

  /** How long a step may run; zero for a step after a failure when the grace time is over. */
  private Duration allowance(Step step) {
    Duration left = left();
    if (left.isZero()) {
      left = failure == null ? MOMENT : atLeastNone(command.timeout().plus(GRACE).minus(elapsed()));
    }
    Duration own = step.timeout();
    return own == null || left.compareTo(own) < 0 ? left : own;
  }

  private Duration left() {
    return atLeastNone(command.timeout().minus(elapsed()));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static Duration atLeastNone(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private static Outcome outcome(CommandExit exit) {
    return Judgement.of(exit, null, null).conclusion().outcome();
  }
}
