package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one rule for the names of repositories, variants, pools, workers and runs. */
public final class Names {

  /** Longest name of a variant or a pool; they become file names and queue names. */
  public static final int MAX_LENGTH = 64;

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]+");

  private Names() {}

  /**
   * Returns {@code value} when it is there; a field that a message lacks arrives as null.
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
   * Returns {@code instant} to the millisecond, which is what messages carry.
   *
   * @throws InvalidInputException when it is null
   */
  public static Instant millis(String field, @Nullable Instant instant) {
    return present(field, instant).truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Returns {@code name} when a variant may have it: beside its folder stands {@code verdict.json}.
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
   * Returns {@code name} when it may be used as it is in a path, a queue's name and a URL.
   *
   * @param kind what is named, for the message: {@code repository name}, {@code pool}
   * @throws InvalidInputException when it is empty, too long, a dot path or has other characters
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
