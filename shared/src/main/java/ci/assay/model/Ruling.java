package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;

/**
 * What the observer already knows of a job, which is therefore not run.
 *
 * @param outcome {@link Outcome#SKIPPED} or {@link Outcome#ERRORED}
 * @param reason for people, in one line
 */
public record Ruling(Outcome outcome, String reason) {

  public Ruling {
    Names.present("outcome", outcome);
    Names.present("reason", reason);
    if (outcome != Outcome.SKIPPED && outcome != Outcome.ERRORED) {
      throw new InvalidInputException(
          "a job without a run cannot be " + outcome.word() + "; only skipped or errored");
    }
  }

  /** Nothing to test. */
  public static Ruling skipped(String reason) {
    return new Ruling(Outcome.SKIPPED, reason);
  }

  /** What the commit asks for cannot be done. */
  public static Ruling errored(String reason) {
    return new Ruling(Outcome.ERRORED, reason);
  }
}
