package ci.assay.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.MessageText;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No message on the exchange of live logs breaks its subscribers. */
class LivePiecesFuzzTest {

  private static final String ID =
      "header.job: bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default\n";

  private static final Bounds BOUNDS = Bounds.usual().mostBytes(8L << 20);

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words("header.", "#", "!", "[", "gzip: yes\n", "headless: yes\n"),
        Seeds.of(
            ID + "header.run: run-1\nheader.offset: #0\ngzip: yes\n\nThe first line\n",
            ID + "header.run: run-1\nheader.offset: #15\nheader.end: ?\ngzip: yes\n\n",
            ID + "header.run: run-1\nheader.offset: #0\ngzip: yes\n\n" + "x".repeat(60_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void livePiece(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          MessageText text = MessageText.of(input);
          LiveLogPiece piece = LiveLogPiece.of(text.properties(), text.content());
          assertThat(piece.text().length).isLessThanOrEqualTo(LiveLogPiece.MAX_BYTES);
          assertThat(piece.offset()).isNotNegative();
          LiveLogPiece again = LiveLogPiece.of(piece.properties(null), piece.body());
          assertThat(again.job()).isEqualTo(piece.job());
        });
  }
}
