package ci.assay.common;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes in bytes as people write them, and formats them for people; a K is 1024. */
public final class Sizes {

  private static final Pattern WHOLE = Pattern.compile("(\\d{1,6})([KMGT])");
  private static final String UNITS = "KMGT";
  private static final int BITS = 10;

  private Sizes() {}

  /**
   * Reads {@code 64K}, {@code 500M}, {@code 2G}, {@code 1T}, and {@code 0}.
   *
   * @return the size in bytes
   * @throws InvalidInputException when {@code text} has another form
   */
  public static long parse(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher parts = WHOLE.matcher(text);
    if (!parts.matches()) {
      throw new InvalidInputException("size '" + text + "' is not like 64K, 500M, 2G or 0");
    }
    return Long.parseLong(parts.group(1)) << (BITS * (UNITS.indexOf(parts.group(2)) + 1));
  }

  /** For people, rounded: {@code 900 bytes}, {@code 1.5M}, {@code 480M}, {@code 75G}. */
  public static String text(long bytes) {
    if (bytes < 1L << BITS) {
      return bytes + " bytes";
    }
    int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / BITS, UNITS.length());
    double amount = (double) bytes / (1L << (BITS * unit));
    String digits = String.format(Locale.ROOT, amount < BITS ? "%.1f" : "%.0f", amount);
    return digits.replace(".0", "") + UNITS.charAt(unit - 1);
  }
}
