package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Outcome;
import ci.assay.model.TestCounts;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConclusionTest {

  private static final TestCounts GOOD = new TestCounts(211, 0, 0, 0);
  private static final TestCounts BAD = new TestCounts(211, 2, 0, 0);

  @Test
  void theExitCodeDecidesAndTheCountsTell() {
    assertThat(Conclusion.of(new Exited(0), GOOD))
        .isEqualTo(new Conclusion(Outcome.PASSED, null, 0, "211 tests", GOOD));
    assertThat(Conclusion.of(new Exited(1), BAD))
        .isEqualTo(new Conclusion(Outcome.FAILED, null, 1, "211 tests, 2 failed", BAD));
    assertThat(Conclusion.of(new Exited(0), BAD).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(Conclusion.of(new Exited(2), GOOD).summary()).isEqualTo("211 tests, exit code 2");
    assertThat(Conclusion.of(new Exited(1), null).summary()).isEqualTo("exit code 1");
    assertThat(Conclusion.of(new Exited(0), null).summary()).isEqualTo("passed");
    assertThat(Conclusion.of(new Exited(137), null).summary())
        .isEqualTo("killed by signal 9 (SIGKILL)");
  }

  @Test
  void aTimeoutSaysHowLongAndWhatToDo() {
    Conclusion late = Conclusion.of(new TimedOut(Duration.ofMinutes(30), true), null);
    assertThat(late.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(late.exitCode()).isNull();
    assertThat(late.summary()).isEqualTo("timed out after 30 m");
    assertThat(late.cause())
        .isEqualTo(
            "timed out after 30 m: the command was killed by signal 9 (SIGKILL); if it needs longer, write a timeout: line into .assay.yml");
  }

  @Test
  void longWordsAreCutAndThatIsSaid() {
    Conclusion errored = Conclusion.errored("x".repeat(10_000));
    assertThat(errored.cause()).hasSizeLessThan(8_100).endsWith("… (2000 characters were cut)");
    assertThat(errored.summary()).hasSizeLessThan(600).endsWith("… (9500 characters were cut)");
  }
}
