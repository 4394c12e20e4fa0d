package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What a run, a job or a commit came to. Declared from the best news to the worst. */
public enum Outcome {
  SKIPPED,
  PASSED,
  CANCELLED,
  /** Our side or the configuration, with a cause that a person can act on. */
  ERRORED,
  TIMED_OUT,
  /** The tests said no. */
  FAILED;

  /** The outcome of a whole: its worst part. */
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

  /** Whether this is good news: nothing for a person to do. */
  public boolean isGood() {
    return this == PASSED || this == SKIPPED;
  }
}
