package ci.assay.web.log;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class AnsiLineTest {

  private final AnsiLine ansi = new AnsiLine();

  @Test
  void coloursBecomeClassesAndGoOnToTheNextLine() {
    assertThat(ansi.html("a \u001b[1;31mb"))
        .isEqualTo("a <span class=\"ansi-red ansi-bold\">b</span>");
    assertThat(ansi.html("c\u001b[0m d"))
        .isEqualTo("<span class=\"ansi-red ansi-bold\">c</span> d");
  }

  @Test
  void knowsTheManyColoursByTheNearestOfTheFew() {
    assertThat(ansi.html("\u001b[38;5;196mx")).contains("ansi-red");
    assertThat(ansi.html("\u001b[0;48;2;0;200;0mx")).contains("ansi-on-green");
  }

  @Test
  void otherSequencesAreLeftOut() {
    assertThat(ansi.html("\u001b[2Ka\u001b[?25lb\u001b]0;title\u0007c\u001b(Bd")).isEqualTo("abcd");
  }

  @Test
  void markupIsEscaped() {
    assertThat(ansi.html("<script>alert('x')</script>&"))
        .doesNotContain("<script")
        .contains("&lt;script");
  }

  @Property
  boolean neverLetsAnythingThrough(
      @ForAll @CharRange(from = '\u0000', to = '\u007f') String hostile) {
    String html =
        new AnsiLine().html("\u001b[" + hostile + "\u001b]" + hostile + "\u001b[31m" + hostile);
    return !html.replaceAll("</?span( class=\"[a-z -]+\")?>", "").matches("(?s).*[<>\u001b].*");
  }
}
