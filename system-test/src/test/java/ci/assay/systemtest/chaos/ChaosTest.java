package ci.assay.systemtest.chaos;

import ci.assay.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./dev chaos} runs, for as long as one likes. */
@Tag("chaos")
class ChaosTest {

  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() & 0xffff);
  private static final int MINUTES = Integer.getInteger("chaos.minutes", 1);

  @TempDir Path folder;

  @Test
  void faultsLoseNothingAndMakeNoVerdictWrong() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      new Chaos(SEED, folder).run(broker, Duration.ofMinutes(MINUTES), 4);
    }
  }
}
