package ci.assay.cli.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes out of text that others wrote what a terminal would obey: control characters, which move
 * the cursor, hide lines or set the title, and those that turn the direction of writing. U+FFFD
 * stands where one was.
 */
public final class PlainText {

  private static final char REPLACEMENT = '\uFFFD';
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private PlainText() {}

  /** On one line: line ends and tabs become blanks. */
  public static String line(String text) {
    return text.chars().allMatch(PlainText::isHarmless)
        ? text
        : replaced(text.replace("\r\n", "\n").replace('\n', ' ').replace('\t', ' '));
  }

  /** As {@link #line}, line by line. */
  public static String lines(String text) {
    return text.lines().map(PlainText::line).collect(Collectors.joining("\n"));
  }

  /**
   * A line of a log, with its tabs.
   *
   * @param hasColours whether its colours stay; else they are left out
   */
  public static String logLine(String line, boolean hasColours) {
    String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    return text.chars().allMatch(PlainText::isHarmless) ? text : coloured(text, hasColours);
  }

  /** What we put together of parts that may have colours of ours. */
  static String styled(String text) {
    return text.chars().allMatch(PlainText::isHarmless) ? text : coloured(text, true);
  }

  private static String coloured(String text, boolean hasColours) {
    StringBuilder line = new StringBuilder(text.length());
    Matcher colour = COLOUR.matcher(text);
    int end = 0;
    while (colour.find()) {
      line.append(replaced(text.substring(end, colour.start())));
      line.append(hasColours ? colour.group() : "");
      end = colour.end();
    }
    return line.append(replaced(text.substring(end))).toString();
  }

  private static String replaced(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars()
        .forEach(each -> line.append(isHarmless(each) || each == '\t' ? (char) each : REPLACEMENT));
    return line.toString();
  }

  private static boolean isHarmless(int each) {
    boolean turns =
        (each >= '\u202a' && each <= '\u202e')
            || (each >= '\u2066' && each <= '\u2069')
            || each == '\u200e'
            || each == '\u200f'
            || each == '\u061c';
    boolean endsLine = each == '\u2028' || each == '\u2029';
    return !Character.isISOControl(each) && !turns && !endsLine;
  }
}
