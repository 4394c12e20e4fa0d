package ci.assay.common;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Makes texts for messages: formats times, and shortens and cleans texts from outside, which may
 * have any length and content.
 */
public final class Texts {

  private static final char UNKNOWN = '\uFFFD';
  private static final String CUT = "…";
  private static final int BYTES_OF_CUT = 3;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Texts() {}

  /** A time for people: {@code 2026-11-23 10:02:13 UTC}. */
  public static String time(Instant time) {
    return TIME.format(time);
  }

  /**
   * Puts a text on one line: control characters become spaces, white space around the text is
   * removed, and unpaired surrogates, which UTF-8 cannot encode, become U+FFFD.
   *
   * @param most the most characters of the result, 1 or more; the last one of a longer text becomes
   *     {@code …}
   */
  public static String line(String text, int most) {
    String head = text.length() <= 4L * most ? text : text.substring(0, 4 * most);
    StringBuilder line = new StringBuilder(head.length());
    head.codePoints()
        .map(each -> Character.isISOControl(each) ? ' ' : whole(each))
        .forEach(line::appendCodePoint);
    String stripped = line.toString().strip();
    return stripped.length() <= most ? stripped : start(stripped, most - 1).strip() + CUT;
  }

  /**
   * The text itself, or its beginning and {@code …}. Unpaired surrogates become U+FFFD.
   *
   * @param most the most bytes of the result in UTF-8, including the {@code …}; 3 or more
   */
  public static String cut(String text, int most) {
    if (text.length() <= most / 3 && text.chars().noneMatch(each -> isHalf((char) each))) {
      return text;
    }
    StringBuilder kept = new StringBuilder(Math.min(text.length(), most));
    int bytes = 0;
    int fitting = 0;
    for (int i = 0; i < text.length() && bytes <= most; ) {
      int each = text.codePointAt(i);
      i += Character.charCount(each);
      bytes += each < 0x80 ? 1 : each < 0x800 ? 2 : each < 0x10000 ? 3 : 4;
      kept.appendCodePoint(whole(each));
      fitting = bytes <= most - BYTES_OF_CUT ? kept.length() : fitting;
    }
    return bytes <= most ? kept.toString() : kept.substring(0, fitting) + CUT;
  }

  private static boolean isHalf(char each) {
    return Character.isSurrogate(each);
  }

  private static int whole(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE
        ? UNKNOWN
        : codePoint;
  }

  /** The first {@code length} characters, or one less where that would split a surrogate pair. */
  private static String start(String text, int length) {
    boolean isSplit = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, isSplit ? length - 1 : length);
  }
}
