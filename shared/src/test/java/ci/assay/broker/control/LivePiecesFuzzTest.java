package ci.assay.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.fuzz.Fuzz;
import ci.assay.testing.fuzz.MessageText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No message on the exchange of live logs breaks its subscribers. */
@Timeout(300)
class LivePiecesFuzzTest {

  private static final String ID =
      "header.job: bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default\n";

  @Test
  void livePieces() throws Exception {
    Fuzz.of("live-pieces")
        .mostBytes(8L << 20)
        .inputs(
            ID + "header.run: run-1\nheader.offset: #0\ngzip: yes\n\nThe first line\n",
            ID + "header.run: run-1\nheader.offset: #15\nheader.end: ?\ngzip: yes\n\n")
        .words("header.", "#", "!", "[", "gzip: yes\n", "headless: yes\n")
        .run(
            input -> {
              MessageText text = MessageText.of(input);
              LiveLogPiece piece = LiveLogPiece.of(text.properties(), text.content());
              assertThat(piece.text().length).isLessThanOrEqualTo(LiveLogPiece.MAX_BYTES);
              assertThat(piece.offset()).isNotNegative();
              LiveLogPiece again = LiveLogPiece.of(piece.properties(null), piece.body());
              assertThat(again.job()).isEqualTo(piece.job());
            });
  }
}
