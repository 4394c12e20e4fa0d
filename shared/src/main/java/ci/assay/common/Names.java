package ci.assay.common;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rule for the names of repositories, variants, pools, workers and runs, and checks of message
 * fields.
 */
public final class Names {

  /** The most characters of a name; names become file names and queue names. */
  public static final int MAX_LENGTH = 64;

  /** The earliest time that we accept. */
  public static final Instant EARLIEST = Instant.EPOCH;

  /** The latest time that we accept: the last one with a year of four digits. */
  public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]+");

  private Names() {}

  /**
   * Returns {@code value}, which is null when a message lacks the field.
   *
   * @param field the field's name, for the message
   * @throws InvalidInputException when it is null
   */
  public static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException("field '" + field + "' is missing");
    }
    return value;
  }

  /**
   * Returns {@code instant} truncated to milliseconds, the precision of messages.
   *
   * @throws InvalidInputException when it is null, or not within the years 1970 to 9999
   */
  public static Instant millis(String field, @Nullable Instant instant) {
    Instant present = present(field, instant);
    if (present.isBefore(EARLIEST) || present.isAfter(LATEST)) {
      throw new InvalidInputException(
          "field '%s' is %s, not within the years 1970 to 9999".formatted(field, present));
    }
    return present.truncatedTo(ChronoUnit.MILLIS);
  }

  /** As {@link #millis}, but returns the nearest accepted time instead of refusing one. */
  public static Instant nearestMillis(String field, @Nullable Instant instant) {
    Instant present = present(field, instant);
    if (present.isBefore(EARLIEST)) {
      return EARLIEST;
    }
    return millis(field, present.isAfter(LATEST) ? LATEST : present);
  }

  /**
   * Returns {@code name} when it is allowed for a variant. The folder of a variant is beside the
   * file {@code verdict.json}, so that name is not.
   *
   * @throws InvalidInputException as {@link #require}, and when it is that file's name
   */
  public static String requireVariant(String name) {
    require("variant", name);
    if (name.equals("verdict.json")) {
      throw new InvalidInputException("variant 'verdict.json' has the name of a result file");
    }
    return name;
  }

  /**
   * Returns {@code name} when it may be used unescaped in a path, a queue name and a URL.
   *
   * @param kind what is named, for the message: {@code repository name}, {@code pool}
   * @throws InvalidInputException when it is empty, too long, begins with a dot, or has characters
   *     that are not allowed
   */
  public static String require(String kind, String name) {
    if (!ALLOWED.matcher(name).matches()) {
      throw new InvalidInputException(
          kind + " '" + name + "' may only have letters, digits, '.', '_' and '-'");
    }
    if (name.startsWith(".")) {
      throw new InvalidInputException(kind + " '" + name + "' may not begin with a dot");
    }
    if (name.length() > MAX_LENGTH) {
      throw new InvalidInputException(
          "%s '%s' has %d characters; at most %d are allowed"
              .formatted(kind, name, name.length(), MAX_LENGTH));
    }
    return name;
  }
}
