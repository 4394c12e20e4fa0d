package ci.assay.index;

import ci.assay.common.InvalidInputException;
import java.util.Locale;

/**
 * Which tests of a repository are wanted.
 *
 * @param name is in their names or groups; empty for any
 */
public record TestFilter(String repository, Which which, String name) {

  /** By how they do. */
  public enum Which {
    FAILING,
    FLAKY,
    ALL;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #word}.
     *
     * @throws InvalidInputException when there is no such word
     */
    public static Which ofWord(String word) {
      for (Which which : values()) {
        if (which.word().equals(word)) {
          return which;
        }
      }
      throw new InvalidInputException("tests can't be '" + word + "'; give failing, flaky or all");
    }
  }
}
