package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.util.regex.Pattern;

/**
 * A full git object id: 40 lower-case hexadecimal digits (SHA-1) or 64 (SHA-256).
 *
 * @param value the digits
 */
public record CommitId(String value) implements Comparable<CommitId> {

  private static final Pattern FULL = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");

  public CommitId {
    if (!isFull(value)) {
      throw new InvalidInputException(
          "commit '" + value + "' is not a full id of 40 or 64 lower-case hexadecimal digits");
    }
  }

  /** Whether this is the text of a full id. */
  public static boolean isFull(String text) {
    return FULL.matcher(text).matches();
  }

  /** The first eight digits: for people, never for looking things up. */
  public String abbreviated() {
    return value.substring(0, 8);
  }

  @Override
  public int compareTo(CommitId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
