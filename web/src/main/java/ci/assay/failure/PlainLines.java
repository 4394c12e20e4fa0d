package ci.assay.failure;

import ci.assay.common.Texts;
import java.util.List;
import java.util.regex.Pattern;

/** Removes terminal control sequences from lines of logs and reports. */
final class PlainLines {

  /** Control sequences, the strings of terminals, and two-character escapes. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?"
              + "|\u001b[ -/]*[0-~]?");

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029\uFEFF]");

  /** Longer lines are cut before patterns are applied, so that these do not take long. */
  private static final int LONGEST = 1000;

  private PlainLines() {}

  /** The lines of a text that are not blank, up to a number. */
  static List<String> of(String text, int most) {
    return text.lines()
        .limit(10L * most)
        .map(PlainLines::line)
        .filter(l -> !l.isEmpty())
        .limit(most)
        .toList();
  }

  /** One line with its indentation, as a terminal shows it after the last carriage return. */
  static String line(String text) {
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    shown = ESCAPE.matcher(shown).replaceAll("").stripTrailing();
    shown = shown.substring(shown.lastIndexOf('\r') + 1).replace("\t", "    ");
    return CONTROL.matcher(shown).replaceAll(" ").stripTrailing();
  }

  /** The text on one line, cut to a number of bytes. */
  static String cut(String text, int bytes) {
    return Texts.cut(line(text.replace('\n', ' ')), bytes);
  }
}
