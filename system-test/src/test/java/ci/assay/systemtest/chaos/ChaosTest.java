package ci.assay.systemtest.chaos;

import ci.assay.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short chaos in every test run; {@code ./dev chaos} runs it for as long as one likes. */
class ChaosTest {

  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() & 0xffff);

  @TempDir Path folder;

  @Test
  void halfAMinuteOfFaultsLosesNothingAndJudgesNothingWrong() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      new Chaos(SEED, folder).run(broker, Duration.ofSeconds(30), 2);
    }
  }

  @Test
  @Tag("chaos")
  void asLongAsOneLikes() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      Duration duration = Duration.ofMinutes(Integer.getInteger("chaos.minutes", 5));
      new Chaos(SEED, folder).run(broker, duration, 4);
    }
  }
}
