package ci.assay.cli.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes text from commits and runs safe for a terminal. Control characters, which could move the
 * cursor, hide lines or set the title, and characters that change the direction of text are
 * replaced with U+FFFD.
 */
public final class PlainText {

  private static final char REPLACEMENT = '\uFFFD';
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private PlainText() {}

  /** The text on one line; line ends and tabs become blanks. */
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
   * @param hasColours whether its colours are kept; otherwise they are removed
   */
  public static String logLine(String line, boolean hasColours) {
    String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    return text.chars().allMatch(PlainText::isHarmless) ? text : coloured(text, hasColours);
  }

  /** Text of our own that may contain our colours. */
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
