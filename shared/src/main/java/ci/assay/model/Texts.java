package ci.assay.model;

/** Makes texts that others wrote, of any length and with anything in them, fit for a message. */
public final class Texts {

  private static final char UNKNOWN = '\uFFFD';
  private static final String CUT = "…";

  private Texts() {}

  /**
   * On one line: control characters become spaces, what stands around the text goes, and halves of
   * surrogate pairs, which UTF-8 has no form for, become U+FFFD.
   *
   * @param most how many characters are kept, 1 or more; of a longer text the last one is {@code …}
   */
  static String line(String text, int most) {
    String head = text.length() <= 4L * most ? text : text.substring(0, 4 * most);
    StringBuilder line = new StringBuilder(head.length());
    head.codePoints()
        .map(each -> Character.isISOControl(each) ? ' ' : whole(each))
        .forEach(line::appendCodePoint);
    String stripped = line.toString().strip();
    return stripped.length() <= most ? stripped : start(stripped, most - 1).strip() + CUT;
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
