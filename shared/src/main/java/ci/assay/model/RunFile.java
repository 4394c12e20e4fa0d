package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.util.Locale;

/** The files of a run that are sent to the coordinator. */
public enum RunFile {
  /** The output of the run. */
  LOG,
  /** The test cases, one JSON object a line. */
  TESTS,
  /** The list of the artifacts, in JSON. */
  MANIFEST,
  /** The contents of all artifacts, one after another. */
  ARTIFACTS;

  /** The word used in messages: {@code log}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@link #word}.
   *
   * @throws InvalidInputException for an unknown word
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
