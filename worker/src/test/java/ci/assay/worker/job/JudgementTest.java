package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Conclusion;
import ci.assay.model.Outcome;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JudgementTest {

  private static final TestCounts GOOD = new TestCounts(211, 0, 0, 0);
  private static final TestCounts BAD = new TestCounts(211, 2, 0, 0);

  @Test
  void theExitCodeDecidesAndTheCountsTell() {
    assertThat(Judgement.of(new Exited(0), GOOD, null))
        .isEqualTo(new Judgement(new Conclusion(Outcome.PASSED, null, 0, "211 tests"), GOOD));
    assertThat(Judgement.of(new Exited(1), BAD, null))
        .isEqualTo(
            new Judgement(new Conclusion(Outcome.FAILED, null, 1, "211 tests, 2 failed"), BAD));
    assertThat(Judgement.of(new Exited(0), BAD, null).conclusion().outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(Judgement.of(new Exited(2), GOOD, null).conclusion().summary())
        .isEqualTo("211 tests, exit code 2");
    assertThat(Judgement.of(new Exited(1), null, null).conclusion().summary())
        .isEqualTo("exit code 1");
    assertThat(Judgement.of(new Exited(0), null, null).conclusion().summary()).isEqualTo("passed");
    assertThat(Judgement.of(new Exited(137), null, null).conclusion().summary())
        .isEqualTo("killed by signal 9 (SIGKILL)");
  }

  @Test
  void theFirstTestThatFailedIsNamedWithTheEndOfItsClass() {
    TestCase first =
        new TestCase("clock.ClockTest", "stri\nkes", CaseOutcome.FAILED, null, null, null);
    assertThat(Judgement.of(new Exited(1), BAD, first).conclusion().summary())
        .isEqualTo("211 tests, 2 failed; first failing: ClockTest.stri kes");
    TestCase suite = new TestCase("clock.ClockTest", "", CaseOutcome.ERRORED, null, null, null);
    assertThat(Judgement.of(new Exited(1), BAD, suite).conclusion().summary())
        .endsWith("; first failing: clock.ClockTest");
    TestCase alone = new TestCase("", "x".repeat(500), CaseOutcome.FAILED, null, null, null);
    assertThat(Judgement.of(new Exited(1), BAD, alone).conclusion().summary())
        .hasSizeLessThan(200)
        .endsWith("x…");
  }

  @Test
  void aTimeoutSaysHowLongAndWhatToDo() {
    Judgement late = Judgement.of(new TimedOut(Duration.ofMinutes(30), true), null, null);
    assertThat(late.conclusion().outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(late.conclusion().exitCode()).isNull();
    assertThat(late.conclusion().summary()).isEqualTo("timed out after 30 m");
    assertThat(late.conclusion().cause())
        .isEqualTo(
            "timed out after 30 m: the command was killed by signal 9 (SIGKILL); if it needs longer, write a timeout: line into .assay.yml");
  }

  @Test
  void longWordsAreCutAndThatIsSaid() {
    Judgement errored = Judgement.errored("x".repeat(10_000));
    assertThat(errored.conclusion().cause())
        .hasSizeLessThan(8_100)
        .endsWith("… (2000 characters were cut)");
    assertThat(errored.conclusion().summary())
        .hasSizeLessThan(600)
        .endsWith("… (9500 characters were cut)");
  }
}
