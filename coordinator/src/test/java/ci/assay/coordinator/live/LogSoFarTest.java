package ci.assay.coordinator.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.coordinator.Given;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LogSoFarTest {

  private static final int WHOLE = LiveLogPiece.MAX_BYTES;

  /**
   * The log so far of a run whose pieces {@code run} passes to the listener; closing the watch has
   * no effect.
   */
  private static String of(Consumer<LiveListener> run) throws InterruptedException {
    LogSoFar log =
        new LogSoFar(
            (job, from, listener) -> {
              run.accept(listener);
              return () -> {};
            },
            Duration.ofMillis(100),
            Duration.ofSeconds(30));
    return new String(log.of(Given.job(1).id()), UTF_8);
  }

  private static long tell(LiveListener listener, long offset, int length) {
    listener.received("r1", offset, "x".repeat(length).getBytes(UTF_8), false);
    return offset + length;
  }

  /**
   * For example where the second half of a cut log starts over, or when two watchers are served
   * together.
   */
  @Test
  void shortPieceIsNotTheEndOfTheLogWhenAnotherOneComes() throws Exception {
    String text =
        of(
            listener -> {
              long end = tell(listener, tell(listener, 0, WHOLE), 10);
              tell(listener, tell(listener, end, WHOLE), 5);
            });
    assertThat(text).isEqualTo("x".repeat(2 * WHOLE + 15));
  }

  @Test
  void runThatGoesOnPrintingIsNotWaitedForToItsEnd() throws Exception {
    String text =
        of(
            listener -> {
              long end = tell(listener, 0, WHOLE);
              for (int n = 0; n < 3; n++) {
                end = tell(listener, end, 1);
              }
            });
    assertThat(text).isEqualTo("x".repeat(WHOLE + 3));
  }

  @Test
  void missingOutputIsMarked() throws Exception {
    assertThat(of(listener -> tell(listener, 0, WHOLE)))
        .isEqualTo("x".repeat(WHOLE) + "\n[assay] the rest did not arrive in time\n");
    assertThat(of(listener -> tell(listener, 5, WHOLE)))
        .startsWith("[assay] 5 bytes are missing here");
    assertThat(of(listener -> {})).isEmpty();
  }
}
