package ci.assay.web.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTextTest {

  @TempDir Path folder;

  private LogText text(String content) throws IOException {
    return LogText.of(Files.writeString(folder.resolve("log.txt"), content));
  }

  private static String numbered(int lines) {
    return IntStream.rangeClosed(1, lines)
        .mapToObj(n -> "line " + n + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void readsAnyLinesOfALongLog() throws IOException {
    LogText log = text(numbered(5000));
    assertThat(log.lines()).isEqualTo(5000);
    assertThat(log.lines(4321, 2))
        .containsExactly(new LogText.Line(4321, "line 4321"), new LogText.Line(4322, "line 4322"));
    assertThat(log.lines(256, 3))
        .extracting(LogText.Line::html)
        .containsExactly("line 256", "line 257", "line 258");
    assertThat(log.lines(4999, 500)).hasSize(2);
    assertThat(log.lines(5001, 1)).isEmpty();
    assertThat(log.lines(0, 1)).isEmpty();
  }

  @Test
  void aLongLogBeginsBeforeItIsReadThrough() throws IOException {
    LogText log = text(numbered(200_000));
    assertThat(log.lines(1, 2))
        .containsExactly(new LogText.Line(1, "line 1"), new LogText.Line(2, "line 2"));
    assertThat(log.linesIfKnown()).isEmpty();
    assertThat(log.lines(150_000, 1)).containsExactly(new LogText.Line(150_000, "line 150000"));
    assertThat(log.linesIfKnown()).hasValue(200_000);
  }

  @Test
  void theLastLineNeedsNoEnd() throws IOException {
    assertThat(text("a\nb").lines()).isEqualTo(2);
    assertThat(text("a\nb\n").lines()).isEqualTo(2);
    assertThat(text("").lines()).isZero();
    assertThat(text("\n\n").lines(1, 9)).hasSize(2);
  }

  @Test
  void coloursThatBeganBeforeAreKnown() throws IOException {
    LogText log = text("one\n\u001b[32mtwo\nthree\u001b[0m\nfour\n");
    assertThat(log.lines(3, 2))
        .extracting(LogText.Line::html)
        .containsExactly("<span class=\"ansi-green\">three</span>", "four");
  }

  @Test
  void aLineOfTenMegabytesIsShownInPart() throws IOException {
    LogText log = text("x".repeat(10_000_000) + "\nshort\n");
    assertThat(log.lines(1, 1).get(0).html()).hasSizeLessThan(5000).contains("more bytes");
    assertThat(log.lines(2, 1).get(0).html()).isEqualTo("short");
  }

  @Test
  void findsTextWhateverItsCase() throws IOException {
    LogText log = text("All good\nAssertionERROR: x\nassertionerror\n");
    assertThat(log.find("AssertionError", 10)).containsExactly(2L, 3L);
    assertThat(log.find("AssertionError", 1)).containsExactly(2L);
  }

  @Test
  void aProgressBarIsShownAsItEnded() throws IOException {
    assertThat(text("10 %\r50 %\r100 %\r\ndone\n").lines(1, 1).get(0).html()).isEqualTo("100 %");
  }
}
