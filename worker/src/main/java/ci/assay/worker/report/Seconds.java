package ci.assay.worker.report;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses times in seconds, as tools write them in different locales. */
final class Seconds {

  private static final int LONGEST = 40;

  /** Separators of thousands: spaces of any width, and apostrophes as in Switzerland. */
  private static final Pattern GROUPING = Pattern.compile("[\\s\\u00a0\\u2009\\u202f\\u066c'’]");

  private static final Pattern GROUPS_OF_THREE = Pattern.compile("[1-9]\\d{0,2}(?:,\\d{3})+");

  /** Ambiguous: {@code 1,234} can be a little more than one second, or twenty minutes. */
  private static final Pattern EITHER = Pattern.compile("[1-9]\\d{0,2},\\d{3}");

  private Seconds() {}

  /**
   * The time in milliseconds; null when the text is empty, ambiguous or no time.
   *
   * @param text such as {@code 0.25}, {@code 0,25}, {@code 1,200.058}, {@code 1.200,058}, {@code
   *     1.5e-05}
   */
  static @Nullable Long toMillis(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return null;
    }
    String number = plain(text);
    try {
      double seconds = number == null ? -1 : Double.parseDouble(number);
      return seconds >= 0 && seconds < Long.MAX_VALUE / 1000d ? Math.round(seconds * 1000) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The number in Java's notation; null when it is ambiguous. */
  private static @Nullable String plain(String text) {
    StringBuilder digits = new StringBuilder();
    GROUPING
        .matcher(text)
        .replaceAll("")
        .codePoints()
        .map(each -> each == '\u066b' ? ',' : each)
        .forEach(
            each -> {
              int digit = Character.digit(each, 10);
              digits.appendCodePoint(digit < 0 ? each : '0' + digit);
            });
    if (digits.length() > 1 && digits.charAt(digits.length() - 1) == 's') {
      digits.setLength(digits.length() - 1);
    }
    String number = digits.toString();
    int comma = number.lastIndexOf(',');
    int point = number.lastIndexOf('.');
    if (comma < 0) {
      return number;
    }
    if (point > comma) {
      return number.replace(",", "");
    }
    if (point >= 0) {
      return number.replace(".", "").replace(',', '.');
    }
    if (EITHER.matcher(number).matches()) {
      return null;
    }
    return GROUPS_OF_THREE.matcher(number).matches()
        ? number.replace(",", "")
        : number.replace(',', '.');
  }
}
