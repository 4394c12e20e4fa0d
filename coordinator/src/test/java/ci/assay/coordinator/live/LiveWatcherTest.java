package ci.assay.coordinator.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.coordinator.Given;
import ci.assay.model.JobId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LiveWatcherTest {

  private static final JobId JOB = Given.job(1).id();
  private static final long PATIENCE = LiveWatcher.PATIENCE.toNanos();

  private final List<String> received = new ArrayList<>();
  private final LiveWatcher watcher = new LiveWatcher(this::hear, 0);

  private void hear(String run, long offset, byte[] text, boolean end) {
    received.add("%s@%d %s%s".formatted(run, offset, new String(text, UTF_8), end ? "." : ""));
  }

  @Test
  void eachByteIsPassedOnce() {
    assertThat(hears(watcher, piece("r1", 0, "abc"))).isFalse();
    assertThat(hears(watcher, piece("r1", 0, "abc"))).isFalse();
    assertThat(hears(watcher, piece("r1", 1, "bcde"))).isFalse();
    assertThat(hears(watcher, end("r1", 5))).isFalse();
    assertThat(hears(watcher, end("r1", 5))).isFalse();
    assertThat(received).containsExactly("r1@0 abc", "r1@3 de", "r1@5 .");
  }

  @Test
  void watcherWithTheBeginningGetsTheRest() {
    LiveWatcher late = new LiveWatcher(this::hear, 2);
    hears(late, piece("r1", 0, "abc"));
    assertThat(received).containsExactly("r1@2 c");
  }

  @Test
  void gapIsAskedForOnceAndThenSkipped() {
    assertThat(watcher.received(piece("r1", 3, "d"), 0)).isTrue();
    assertThat(watcher.received(piece("r1", 4, "e"), 1)).isFalse();
    assertThat(watcher.next()).isZero();
    watcher.received(piece("r1", 0, "abcde"), 2);
    assertThat(watcher.received(piece("r1", 9, "j"), 3)).isTrue();
    assertThat(watcher.received(piece("r1", 9, "j"), 3 + PATIENCE)).isFalse();
    assertThat(received).containsExactly("r1@0 abcde", "r1@9 j");
  }

  @Test
  void nextRunBeginsAtOffsetZero() {
    hears(watcher, piece("r1", 0, "abc"));
    assertThat(hears(watcher, piece("r2", 3, "z"))).as("a gap").isTrue();
    assertThat(watcher.next()).isZero();
    hears(watcher, piece("r2", 0, "wxyz"));
    hears(watcher, piece("r1", 3, "of a run that gives way"));
    hears(watcher, end("r2", 4));
    assertThat(received).containsExactly("r1@0 abc", "r2@0 wxyz", "r2@4 .");
  }

  @Test
  void failingListenerStillGetsTheRest() {
    LiveWatcher failing =
        new LiveWatcher(
            (run, offset, text, end) -> {
              hear(run, offset, text, end);
              throw new IllegalStateException("on purpose");
            },
            0);
    hears(failing, piece("r1", 0, "a"));
    hears(failing, piece("r1", 1, "b"));
    assertThat(received).containsExactly("r1@0 a", "r1@1 b");
  }

  @Property(tries = 200)
  void bytesArePassedInOrderHoweverPiecesArrive(
      @ForAll @IntRange(min = 1, max = 300) int length, @ForAll Random random) {
    byte[] whole = new byte[length];
    random.nextBytes(whole);
    long[] next = {0};
    LiveWatcher any =
        new LiveWatcher(
            (run, offset, text, end) -> {
              assertThat(offset).isGreaterThanOrEqualTo(next[0]);
              assertThat(text)
                  .isEqualTo(Arrays.copyOfRange(whole, (int) offset, (int) offset + text.length));
              next[0] = offset + text.length;
            },
            0);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(length);
      int to = from + random.nextInt(length - from + 1);
      byte[] part = Arrays.copyOfRange(whole, from, to);
      any.received(new LiveLogPiece(JOB, "r1", from, part, false), i * PATIENCE / 3);
    }
    assertThat(any.next()).isEqualTo(next[0]);
  }

  private static boolean hears(LiveWatcher who, LiveLogPiece piece) {
    return who.received(piece, 0);
  }

  private static LiveLogPiece piece(String run, long offset, String text) {
    return new LiveLogPiece(JOB, run, offset, text.getBytes(UTF_8), false);
  }

  private static LiveLogPiece end(String run, long offset) {
    return new LiveLogPiece(JOB, run, offset, new byte[0], true);
  }
}
