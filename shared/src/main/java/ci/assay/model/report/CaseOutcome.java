package ci.assay.model.report;

import java.util.Locale;

/** The outcome of one test case. */
public enum CaseOutcome {
  PASSED,
  /** An assertion failed. */
  FAILED,
  /** The test broke down before it had an answer. */
  ERRORED,
  SKIPPED;

  /** The word used in files: {@code passed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a person has to look at it. */
  public boolean isBad() {
    return this == FAILED || this == ERRORED;
  }
}
