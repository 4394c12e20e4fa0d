package ci.assay.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlainTextTest {

  private static final String EVIL =
      "a\u001b]0;TITLE\u0007b \u001b[2Jc \rHIDDEN \u009b31m \u202eelif";

  @Test
  void nothingThatATerminalObeysIsLeft() {
    assertThat(PlainText.line(EVIL))
        .isEqualTo("a\ufffd]0;TITLE\ufffdb \ufffd[2Jc \ufffdHIDDEN \ufffd31m \ufffdelif");
    assertThat(PlainText.line("one\ttwo\r\nthree\n")).isEqualTo("one two three ");
    assertThat(PlainText.lines("one\ntwo\u001bc\n")).isEqualTo("one\ntwo\ufffdc");
    String fine = "ünï 👩‍💻 «quoted» \\x1b";
    assertThat(PlainText.line(fine)).isSameAs(fine);
  }

  @Test
  void aLogKeepsItsColoursAndTabsWhereColoursAreWanted() {
    String line = "\t\u001b[1;31mred\u001b[0m \u001b[2J\u001b]0;x\u0007\r";
    assertThat(PlainText.logLine(line, true))
        .isEqualTo("\t\u001b[1;31mred\u001b[0m \ufffd[2J\ufffd]0;x\ufffd");
    assertThat(PlainText.logLine(line, false)).isEqualTo("\tred \ufffd[2J\ufffd]0;x\ufffd");
  }

  @Test
  void aTableHasNoControlCharactersButColours() {
    assertThat(new Table(80, false).row(new Style(true).bad("x"), EVIL).lines().get(0))
        .startsWith("\u001b[31mx\u001b[0m  a\ufffd]0;TITLE\ufffdb");
  }

  @Test
  void aLogIsPrintedLineByLine() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (LogPrinter printer =
        new LogPrinter(new PrintStream(printed, true, StandardCharsets.UTF_8), false)) {
      printer.write("ü\u001b[2J\r\n\nlast".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("ü\ufffd[2J\n\nlast");
  }

  @Property(tries = 300)
  void noTextGetsThrough(@ForAll String text) {
    assertThat(PlainText.line(text).chars()).noneMatch(Character::isISOControl);
    assertThat(PlainText.logLine(text, false).chars())
        .noneMatch(each -> Character.isISOControl(each) && each != '\t');
  }
}
