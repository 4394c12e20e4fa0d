package ci.assay.common;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as people write them, and formats them for people. */
public final class Durations {

  private static final Pattern WHOLE =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final Duration LONGEST = Duration.ofDays(365);

  private Durations() {}

  /**
   * Reads {@code 500ms}, {@code 90s}, {@code 30m}, {@code 2h}, {@code 1d} and sums of them, the
   * larger units first: {@code 1h30m}. Zero is accepted; the caller decides whether it makes sense.
   *
   * @throws InvalidInputException when {@code text} has another form, or is longer than a year
   */
  public static Duration parse(String text) {
    Matcher parts = WHOLE.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new InvalidInputException(
          "duration '" + text + "' is not like 500ms, 90s, 30m, 2h, 1d or 1h30m");
    }
    long millis = 0;
    for (int unit = 0; unit < MILLIS.length; unit++) {
      millis += millis(text, parts.group(unit + 1), MILLIS[unit]);
    }
    if (millis > LONGEST.toMillis()) {
      throw tooLong(text);
    }
    return Duration.ofMillis(millis);
  }

  /**
   * As {@link #parse}, but refuses zero.
   *
   * @param what the name of what has this duration, for the message: {@code --timeout}
   */
  public static Duration parsePositive(String what, String text) {
    try {
      Duration duration = parse(text);
      if (duration.isZero()) {
        throw new InvalidInputException("duration '" + text + "' must be longer than zero");
      }
      return duration;
    } catch (InvalidInputException e) {
      throw new InvalidInputException(what + ": " + e.getMessage(), e);
    }
  }

  /** For people, rounded: {@code 850 ms}, {@code 1.9 s}, {@code 30 m}, {@code 1 h 30 m}. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0).replace(".0 s", " s");
    }
    return millis < 3_600_000
        ? pair(duration.toMinutes(), "m", duration.toSecondsPart(), "s")
        : pair(duration.toHours(), "h", duration.toMinutesPart(), "m");
  }

  /** As {@link #text}, but in whole days from one day on: {@code 14 days}. */
  public static String days(Duration duration) {
    long days = duration.toDays();
    return days == 0 ? text(duration) : days == 1 ? "1 day" : days + " days";
  }

  private static String pair(long major, String majorUnit, int minor, String minorUnit) {
    String text = major + " " + majorUnit;
    return minor == 0 ? text : text + " " + minor + " " + minorUnit;
  }

  private static long millis(String text, String digits, long unit) {
    if (digits == null) {
      return 0;
    }
    if (digits.length() > 12 || Long.parseLong(digits) > LONGEST.toMillis() / unit) {
      throw tooLong(text);
    }
    return Long.parseLong(digits) * unit;
  }

  private static InvalidInputException tooLong(String text) {
    return new InvalidInputException("duration '" + text + "' is longer than a year");
  }
}
