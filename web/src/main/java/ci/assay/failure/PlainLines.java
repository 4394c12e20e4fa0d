package ci.assay.failure;

import ci.assay.common.Texts;
import java.util.List;
import java.util.regex.Pattern;

/** Lines that others wrote, without what only a terminal understands. */
final class PlainLines {

  /** Control sequences, the strings of terminals, and two-character escapes. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?"
              + "|\u001b[ -/]*[0-~]?");

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029\uFEFF]");

  /** Longer ones are cut before anything looks at them, so that nothing takes long. */
  private static final int LONGEST = 1000;

  private PlainLines() {}

  /** Its lines that are not blank, at most so many. */
  static List<String> of(String text, int most) {
    return text.lines()
        .limit(10L * most)
        .map(PlainLines::line)
        .filter(l -> !l.isEmpty())
        .limit(most)
        .toList();
  }

  /** One line, with its indent: what a terminal would show after the last carriage return. */
  static String line(String text) {
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    shown = ESCAPE.matcher(shown).replaceAll("").stripTrailing();
    shown = shown.substring(shown.lastIndexOf('\r') + 1).replace("\t", "    ");
    return CONTROL.matcher(shown).replaceAll(" ").stripTrailing();
  }

  /** On one line, within a number of bytes. */
  static String cut(String text, int bytes) {
    return Texts.cut(line(text.replace('\n', ' ')), bytes);
  }
}
