package ci.assay.systemtest.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test of {@code ./dev chaos}, which can run for any time. */
@Tag("chaos")
class ChaosTest {

  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() & 0xffff);
  private static final int MINUTES = Integer.getInteger("chaos.minutes", 4);
  private static final boolean EMBEDDED = Boolean.getBoolean("chaos.embedded");

  private static final boolean SABOTEUR = Boolean.getBoolean("chaos.saboteur");

  @TempDir Path folder;
  @TempDir Path brokersFolder;

  @Test
  void faultsLoseNothingAndMakeNoVerdictWrong() throws Exception {
    try (ChaosBroker broker = broker()) {
      new Chaos(SEED, folder, Set.of(), SABOTEUR).run(broker, Duration.ofMinutes(MINUTES));
    }
  }

  private ChaosBroker broker() throws Exception {
    if (EMBEDDED) {
      return EmbeddedProcess.in(brokersFolder);
    }
    return SABOTEUR ? ChaosBroker.rabbitWithRoles(brokersFolder) : ChaosBroker.rabbit();
  }
}
