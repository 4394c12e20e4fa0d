package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Conclusion;
import ci.assay.model.Outcome;
import ci.assay.model.StepResult;
import ci.assay.pipeline.PipelineFile;
import ci.assay.pipeline.Step;
import ci.assay.pipeline.Step.When;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.command.TestCommand;
import ci.assay.worker.output.RunLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which steps run, and what the outcome of the run is. */
class StepRunsTest {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir Path folder;
  private RunLog log;

  /** The steps that were run, with their limits if shorter than the whole timeout. */
  private final List<String> ran = new ArrayList<>();

  @BeforeEach
  void open() {
    log = new RunLog(folder.resolve("log"), 1 << 20);
  }

  @Test
  void afterAFailureOnlyThoseRunThatAreForIt() throws Exception {
    StepRuns.Ending ending =
        run(
            LIMIT,
            0,
            step("build", "0", When.PASSED),
            step("unit", "3", When.PASSED),
            step("slow", "0", When.PASSED),
            step("upload", "4", When.FAILED),
            step("clean", "0", When.ALWAYS));
    assertThat(ran).containsExactly("build", "unit", "upload", "clean");
    assertThat(ending.step()).isEqualTo("unit");
    assertThat(ending.exit()).isEqualTo(new Exited(3));
    assertThat(ending.steps())
        .extracting(StepResult::outcome)
        .containsExactly(
            Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.FAILED, Outcome.PASSED);
    assertThat(log())
        .containsExactly(
            "--- build",
            "--- unit",
            "[assay] step 'slow' is not run: unit did not pass",
            "--- upload",
            "--- clean");
  }

  @Test
  void whereAllPassNothingRunsThatIsForFailures() throws Exception {
    StepRuns.Ending ending =
        run(LIMIT, 0, step("a", "0", When.PASSED), step("b", "0", When.FAILED));
    assertThat(ran).containsExactly("a");
    assertThat(ending.exit()).isEqualTo(new Exited(0));
    assertThat(ending.step()).isNull();
    assertThat(log()).contains("[assay] step 'b' is not run: no step before it failed");
  }

  @Test
  void aFailureInWhatAlwaysRunsIsAFailure() throws Exception {
    StepRuns.Ending ending =
        run(LIMIT, 0, step("a", "0", When.PASSED), step("b", "1", When.ALWAYS));
    assertThat(ending.step()).isEqualTo("b");
    assertThat(ending.exit()).isEqualTo(new Exited(1));
  }

  @Test
  void whatAlwaysRunsHasAMinuteAfterTheTimeIsUp() throws Exception {
    StepRuns.Ending ending =
        run(
            Duration.ofNanos(1),
            0,
            step("a", "late", When.PASSED),
            step("b", "0", When.PASSED),
            step("c", "limit", When.ALWAYS));
    assertThat(ran).hasSize(2).first().isEqualTo("a");
    assertThat(limits.get(1)).isBetween(Duration.ofSeconds(30), StepRuns.GRACE);
    assertThat(ending.exit()).isEqualTo(new TimedOut(Duration.ofNanos(1), false));
    assertThat(ending.step()).isEqualTo("a");
  }

  @Test
  void aStepHasItsOwnTimeWithinThatOfAll() throws Exception {
    Step own = new Step("a", "late", When.PASSED, Duration.ofSeconds(5), Map.of());
    StepRuns.Ending ending = run(LIMIT, 0, own);
    assertThat(limits).containsExactly(Duration.ofSeconds(5));
    assertThat(ending.exit()).isEqualTo(new TimedOut(Duration.ofSeconds(5), false));
  }

  @Test
  void aPassAtALaterTryIsFlakyAndEachTryBeginsWithACleanTree() throws Exception {
    StepRuns.Ending ending =
        run(LIMIT, 2, step("a", "0", When.PASSED), step("b", "1 then 0", When.PASSED));
    assertThat(ran).containsExactly("a", "b", "renewed", "a", "b");
    assertThat(ending.isFlaky()).isTrue();
    assertThat(ending.tries()).isEqualTo(2);
    assertThat(ending.exit()).isEqualTo(new Exited(0));
    assertThat(ending.steps()).extracting(StepResult::round).containsExactly(1, 1, 2, 2);
    assertThat(log()).containsExactly("--- a", "--- b", "[assay] try 2 of 3", "--- a", "--- b");
  }

  @Test
  void onlyFailuresAreTriedAgainAndOnlySoOften() throws Exception {
    assertThat(run(LIMIT, 2, step("a", "1", When.PASSED)).tries()).isEqualTo(3);
    assertThat(ran).containsExactly("a", "renewed", "a", "renewed", "a");
    ran.clear();
    assertThat(run(LIMIT, 2, step("a", "late", When.PASSED)).tries()).isEqualTo(1);
    assertThat(ran).containsExactly("a");
  }

  private final List<Duration> limits = new ArrayList<>();

  private StepRuns.Ending run(Duration timeout, int retries, Step... steps) throws Exception {
    TestCommand command =
        new TestCommand(
            List.of(steps),
            new TestCommand.Kind(false, Conclusion.Source.FILE),
            timeout,
            retries,
            null,
            new TestCommand.Wants(false, null, null, PipelineFile.Secrets.NONE));
    return new StepRuns(command, log, new Scripted()).run();
  }

  private static Step step(String name, String script, When when) {
    return new Step(name, script, when, null, Map.of());
  }

  private List<String> log() throws Exception {
    log.finish();
    return Files.readAllLines(folder.resolve("log"));
  }

  /** Ends each step as its script says, without running anything. */
  private final class Scripted implements StepRuns.Place {
    private @Nullable String before;

    @Override
    public CommandExit run(Step step, Duration limit) {
      ran.add(step.name());
      limits.add(limit);
      return switch (step.run()) {
        case "late" -> new TimedOut(limit, false);
        case "limit" -> new Exited(0);
        case "1 then 0" -> new Exited(before == null ? 1 : 0);
        default -> new Exited(Integer.parseInt(step.run()));
      };
    }

    @Override
    public void renew() {
      ran.add("renewed");
      before = Arrays.toString(ran.toArray());
    }
  }
}
