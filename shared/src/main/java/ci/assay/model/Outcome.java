package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The outcome of a run, a job or a commit. Declared in order of severity, the best first. */
public enum Outcome {
  SKIPPED,
  PASSED,
  CANCELLED,
  /** Assay or the configuration failed, not the tests; the cause says what a person can do. */
  ERRORED,
  TIMED_OUT,
  /** The tests failed. */
  FAILED;

  /** The outcome of a whole: that of its worst part. */
  public static Outcome worst(Collection<Outcome> parts) {
    return parts.stream()
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalArgumentException("no outcome to choose from"));
  }

  /** The word used in messages, files and pages: {@code timed_out}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #word}. */
  public static Outcome ofWord(String word) {
    for (Outcome outcome : values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new InvalidInputException("outcome '" + word + "' is unknown");
  }

  /** Whether no person needs to act. */
  public boolean isGood() {
    return this == PASSED || this == SKIPPED;
  }
}
