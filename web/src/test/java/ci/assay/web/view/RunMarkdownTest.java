package ci.assay.web.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunMarkdownTest {

  private static final int LONGEST = 32 * 1024;

  @Test
  void headingsTablesAndListsAreShown() {
    assertThat(RunMarkdown.html("# Slowest\n\n| test | ms |\n|---|---:|\n| `a` | 7 |\n\n- one\n"))
        .contains("<h3>Slowest</h3>", "<th>test</th>", "<td><code>a</code></td>", "<li>one</li>");
  }

  @Test
  void htmlIsShownAsText() {
    assertThat(RunMarkdown.html("<script>alert(1)</script>\n\na <b onclick='x()'>b</b>\n"))
        .contains("&lt;script&gt;", "&lt;b onclick")
        .doesNotContain("<script", "<b ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[x](javascript:alert%281%29)",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: javascript:alert(1)"
      })
  void linksLeadToPagesOnly(String markdown) {
    assertThat(RunMarkdown.html(markdown))
        .doesNotContainIgnoringCase("href=\"javascript")
        .doesNotContainIgnoringCase("href=\"data")
        .doesNotContainIgnoringCase("href=\"vbscript");
  }

  @Test
  void imagesAreLinksSoThatNothingIsLoadedFromElsewhere() {
    assertThat(
            RunMarkdown.html("![the chart](https://example.org/a.png) ![](https://example.org/b)"))
        .doesNotContain("<img")
        .contains("href=\"https://example.org/a.png\">the chart</a>", ">https://example.org/b</a>");
  }

  @Test
  void charactersThatTurnTheTextAroundAreVisible() {
    assertThat(RunMarkdown.html("a\u202Eb\u001b[31m\n\nc\td"))
        .doesNotContain("\u202E", "\u001b")
        .contains("<p>c    d</p>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {">", "> ", "- ", "*a ", "**a _b ", "[", "![", "[a](", "`", "\\", "<", "|a", "1. "})
  void nothingThatIsNestedOrRepeatedTakesTheStackOrTheTime(String part) {
    String hostile = part.repeat(LONGEST / part.length());
    String closed = hostile + "*".repeat(10) + "](x)".repeat(100);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(RunMarkdown.html(hostile)).isNotBlank();
          assertThat(RunMarkdown.html(closed)).isNotBlank();
          assertThat(RunMarkdown.html("|a|b|\n|---|---|\n" + hostile)).isNotBlank();
        });
  }
}
