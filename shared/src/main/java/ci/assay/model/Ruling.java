package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;

/**
 * The outcome of a job that the observer knows beforehand, so that the job is not run.
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

  /** There is nothing to test. */
  public static Ruling skipped(String reason) {
    return new Ruling(Outcome.SKIPPED, reason);
  }

  /** The job that the commit asks for cannot be run. */
  public static Ruling errored(String reason) {
    return new Ruling(Outcome.ERRORED, reason);
  }
}
