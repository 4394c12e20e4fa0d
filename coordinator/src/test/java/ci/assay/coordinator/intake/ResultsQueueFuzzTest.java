package ci.assay.coordinator.intake;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.AfterEarlier;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.coordinator.ResultsFixture;
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

/** The handlers return a decision for any message in the coordinator's queues, and never throw. */
class ResultsQueueFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().mayLog();

  @TempDir static Path folder;
  private static MessageHandler handler;

  @BeforeAll
  static void open() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    results.settle();
    results.begun(Deliveries.RESULT);
    handler = results.messages(Clock.systemUTC());
  }

  static Stream<Arguments> real() {
    return Deliveries.all();
  }

  @MethodSource("real")
  @FuzzTest
  void delivery(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          Disposition decision =
              handler.handle(MessageText.of(input).incoming(Topology.RESULTS_QUEUE));
          if (decision instanceof AfterEarlier last) {
            decision = last.rest().decide();
          }
          assertThat(decision).isNotNull();
          if (decision instanceof Park park) {
            assertThat(park.reason()).isNotBlank().hasSizeLessThanOrEqualTo(1_000);
            assertThat(park.reason().chars().noneMatch(Character::isISOControl)).isTrue();
          }
        });
  }
}
