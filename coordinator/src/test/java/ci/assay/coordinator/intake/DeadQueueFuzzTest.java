package ci.assay.coordinator.intake;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.republish.DeadLetterHandler;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.MessageText;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies in the queue of dead letters is decided about: nothing is thrown. */
class DeadQueueFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().mayLog();

  @TempDir static Path folder;
  private static DeadLetterHandler handler;

  @BeforeAll
  static void open() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    results.settle();
    results.begun(Deliveries.RESULT);
    handler =
        new DeadLetterHandler(
            results.store, results.folders, results.disk, pool -> {}, Clock.systemUTC());
  }

  static Stream<Arguments> real() {
    return Deliveries.all();
  }

  @MethodSource("real")
  @FuzzTest
  void deadLetter(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () ->
            assertThat(handler.handle(MessageText.of(input).incoming(Topology.DEAD_QUEUE)))
                .isNotNull());
  }
}
