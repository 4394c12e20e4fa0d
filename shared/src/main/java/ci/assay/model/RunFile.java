package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.util.Locale;

/** The files that a run leaves behind and that travel in pieces. */
public enum RunFile {
  /** What it printed. */
  LOG,
  /** Its test cases, a line of JSON each. */
  TESTS;

  /** As it stands in messages: {@code log}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The file of that word.
   *
   * @throws InvalidInputException when there is none
   */
  public static RunFile ofWord(String word) {
    for (RunFile each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new InvalidInputException("a run has no file '" + word + "'");
  }
}
