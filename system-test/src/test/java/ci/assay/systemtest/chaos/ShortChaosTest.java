package ci.assay.systemtest.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chaos test of every build: short, and without faults that take long to be noticed. */
class ShortChaosTest {

  private static final long SEED = 7;
  private static final Duration DURATION = Duration.ofSeconds(25);

  @TempDir Path folder;

  @Test
  void faultsLoseNothingAndMakeNoVerdictWrong() throws Exception {
    try (ChaosBroker broker = ChaosBroker.rabbit()) {
      new Chaos(SEED, folder, Fault.losingMessages()).run(broker, DURATION);
    }
  }
}
