package ci.assay.index;

import ci.assay.common.InvalidInputException;
import java.util.Locale;

/**
 * Selects tests of a repository.
 *
 * @param name a part of their group and name, in any case; empty for all
 */
public record TestFilter(String repository, Which which, String name) {

  /** Selects tests by their last outcomes. */
  public enum Which {
    FAILING,
    FLAKY,
    ALL;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Parses {@link #word}.
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
