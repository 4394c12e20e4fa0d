package ci.assay.common;

/** Makes texts that others wrote, of any length and with anything in them, fit for a message. */
public final class Texts {

  private static final char UNKNOWN = '\uFFFD';
  private static final String CUT = "…";
  private static final int BYTES_OF_CUT = 3;

  private Texts() {}

  /**
   * On one line: control characters become spaces, what stands around the text goes, and halves of
   * surrogate pairs, which UTF-8 has no form for, become U+FFFD.
   *
   * @param most how many characters are kept, 1 or more; of a longer text the last one is {@code …}
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
   * The text itself, or its beginning and {@code …}. Halves of surrogate pairs become U+FFFD.
   *
   * @param most how many bytes of UTF-8 it may have, with the {@code …}; 3 or more
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

  /** The first so many characters, or one less, where the last is half of a pair. */
  private static String start(String text, int length) {
    boolean isSplit = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, isSplit ? length - 1 : length);
  }
}
