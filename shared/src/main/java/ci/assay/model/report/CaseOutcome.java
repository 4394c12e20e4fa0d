package ci.assay.model.report;

import java.util.Locale;

/** What one test case came to. */
public enum CaseOutcome {
  PASSED,
  /** It said no. */
  FAILED,
  /** It came to no answer. */
  ERRORED,
  SKIPPED;

  /** As it stands in files: {@code passed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether somebody has to look at it. */
  public boolean isBad() {
    return this == FAILED || this == ERRORED;
  }
}
