package ci.assay.worker.masking;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A notation in which some characters of a text are written as several others. */
enum Escape {
  /** {@code %2F}, of URLs and forms. */
  PERCENT('%') {
    @Override
    Reading read(String text) {
      return text.length() < 3 ? prefix(text, 1) : Reading.ofByte(hex(text, 1, 3));
    }
  },

  /** A backslash and a letter, or a number of four digits, of JSON and programming languages. */
  BACKSLASH('\\') {
    @Override
    Reading read(String text) {
      if (text.length() < 2) {
        return Reading.UNFINISHED;
      }
      if (text.charAt(1) == 'u') {
        return text.length() < UNIT ? prefix(text, 2) : unit(text);
      }
      int at = "\"'\\/bfnrt".indexOf(text.charAt(1));
      return at < 0 ? Reading.NONE : Reading.ofByte("\"'\\/\b\f\n\r\t".charAt(at));
    }
  },

  /** Named and numbered entities, of XML and HTML. */
  ENTITY('&') {
    @Override
    Reading read(String text) {
      if (!text.endsWith(";")) {
        char last = text.charAt(text.length() - 1);
        boolean mayGoOn = text.length() == 1 || last == '#' || Character.isLetterOrDigit(last);
        return mayGoOn && text.length() < LONGEST ? Reading.UNFINISHED : Reading.NONE;
      }
      String name = text.substring(1, text.length() - 1);
      if (name.startsWith("#x") || name.startsWith("#X")) {
        return Reading.ofCodePoint(hex(name, 2, name.length()));
      }
      if (name.matches("#[0-9]+")) {
        return Reading.ofCodePoint(Integer.parseInt(name.substring(1)));
      }
      Character named = NAMED.get(name);
      return named == null ? Reading.NONE : Reading.ofByte(named);
    }
  };

  /** The length of a backslash, a {@code u} and four digits, which stand for a unit of UTF-16. */
  private static final int UNIT = 6;

  /** The most characters that stand for one: a number of six hexadecimal digits. */
  private static final int LONGEST = 10;

  private static final Map<String, Character> NAMED =
      Map.of("amp", '&', "lt", '<', "gt", '>', "quot", '"', "apos", '\'');

  private final char first;

  Escape(char first) {
    this.first = first;
  }

  /** The character that each of them begins with. */
  char first() {
    return first;
  }

  /**
   * What a text stands for that begins with {@link #first}, in which each character is one byte,
   * and which had no meaning without its last character.
   */
  abstract Reading read(String text);

  /**
   * What a text stands for.
   *
   * @param bytes null when it stands for nothing, or does not yet
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Reading(boolean isFinished, byte @Nullable [] bytes) {

    /** More characters may give it a meaning. */
    static final Reading UNFINISHED = new Reading(false, null);

    /** It stands for itself. */
    static final Reading NONE = new Reading(true, null);

    private static Reading ofByte(int value) {
      return value < 0 ? NONE : new Reading(true, new byte[] {(byte) value});
    }

    private static Reading ofCodePoint(int value) {
      return Character.isValidCodePoint(value)
          ? new Reading(true, Character.toString(value).getBytes(StandardCharsets.UTF_8))
          : NONE;
    }
  }

  /** What one unit stands for, or two that are a surrogate pair. */
  private static Reading unit(String text) {
    int first = hex(text, 2, UNIT);
    if (first < Character.MIN_HIGH_SURROGATE || first > Character.MAX_HIGH_SURROGATE) {
      return Reading.ofCodePoint(first);
    }
    String rest = text.substring(UNIT);
    if (rest.length() < UNIT) {
      boolean mayGoOn = rest.length() < 2 ? "\\u".startsWith(rest) : rest.startsWith("\\u");
      return mayGoOn && (rest.length() < 2 || !prefix(rest, 2).isFinished())
          ? Reading.UNFINISHED
          : Reading.NONE;
    }
    char second = (char) Math.max(0, hex(rest, 2, UNIT));
    return Character.isLowSurrogate(second)
        ? Reading.ofCodePoint(Character.toCodePoint((char) first, second))
        : Reading.NONE;
  }

  private static Reading prefix(String text, int from) {
    return from >= text.length() || hex(text, from, text.length()) >= 0
        ? Reading.UNFINISHED
        : Reading.NONE;
  }

  /** The number in these digits; -1 when there are none, or others. */
  private static int hex(String text, int from, int to) {
    int value = from < to ? 0 : -1;
    for (int i = from; i < to && value >= 0; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      value = digit < 0 ? -1 : value * 16 + digit;
    }
    return value;
  }
}
