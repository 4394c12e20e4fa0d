package ci.assay.systemtest.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code ./dev chaos --saboteur}: each role has its broker user of
 * docker/rabbitmq/definitions.json, and an attacker has the worker's.
 */
class SaboteurTest {

  private static final long SEED = 11;
  private static final Duration DURATION = Duration.ofSeconds(20);

  @TempDir Path folder;
  @TempDir Path secrets;

  @Test
  void forgedMessagesLoseNothingAndMakeNoVerdictWrong() throws Exception {
    try (ChaosBroker broker = ChaosBroker.rabbitWithRoles(secrets)) {
      new Chaos(SEED, folder, Fault.losingMessages(), true).run(broker, DURATION);
    }
  }
}
