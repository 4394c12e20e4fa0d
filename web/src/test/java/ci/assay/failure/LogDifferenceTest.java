package ci.assay.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDifferenceTest {

  @TempDir Path folder;
  private int logs;

  private Path log(String text) throws IOException {
    return Files.writeString(folder.resolve(++logs + ".txt"), text);
  }

  private List<String> lines(String failing, String... passing) throws IOException {
    List<Path> others = new ArrayList<>();
    for (String each : passing) {
      others.add(log(each));
    }
    return LogDifference.lines(log(failing), others);
  }

  @Test
  void whatPassingRunsSayTooIsLeftOutHoweverItsNumbersChange() throws Exception {
    assertThat(
            lines(
                """
                12:03:11 compiling 31 files in /tmp/run-x81/src
                warning: error handling is old, see 0xdeadbeef
                fetched 4f1c0a2b93 in 1.93 s
                link error: no such symbol
                """,
                """
                09:59:59 compiling 30 files in /tmp/run-q/src
                warning: error handling is old, see 0x1f
                fetched 99c0a2b931 in 0.4 s
                linked
                """))
        .containsExactly("link error: no such symbol");
  }

  @Test
  void withoutAPassingRunTheFirstLineThatNamesAReasonLeads() throws Exception {
    assertThat(lines("building\n0 errors so far\nmain.c:3:5: error: 'x' undeclared\nstopped\n"))
        .containsExactly("main.c:3:5: error: 'x' undeclared", "stopped");
  }

  @Test
  void theReasonIsAmongTheFirstLinesHoweverDeepTheStackIs() throws Exception {
    StringBuilder log =
        new StringBuilder("ran 3 tests\nERROR: test_deep (test_sums.Deep)\n-----\n");
    log.append("Traceback (most recent call last):\n");
    for (int n = 0; n < 30; n++) {
      log.append("  File \"/srv/tree/sums.py\", line %d, in f%d\n    f%d()\n".formatted(n, n, n));
    }
    log.append("ValueError: too deep\n\nFAILED (errors=1)\n");
    List<String> lines = lines(log.toString());
    assertThat(lines.get(0)).isEqualTo("ERROR: test_deep (test_sums.Deep)");
    assertThat(lines.subList(0, 6)).contains("ValueError: too deep");
  }

  @Test
  void aLogThatSaysNothingOfAFailureIsShownFromItsEnd() throws Exception {
    List<String> lines = lines("step\n".repeat(100) + "one\ntwo\n");
    assertThat(lines).endsWith("one", "two").hasSize(20);
  }

  @Test
  void nothingThatATerminalObeysIsLeft() throws Exception {
    assertThat(lines("progress 1%\r\u001b[31merror: \u001b]0;title\u0007bad\u001b[0m\u202Ething\n"))
        .containsExactly("error: bad thing");
  }

  @Test
  void ofALongLogItsBeginningAndItsEndAreRead() throws Exception {
    String filler = "all is well here, nothing to see\n".repeat(200_000);
    assertThat(lines("error: first\n" + filler)).startsWith("error: first");
    assertThat(lines(filler + "error: last\n")).containsExactly("error: last");
  }
}
