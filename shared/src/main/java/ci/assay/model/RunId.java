package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a run of a job.
 *
 * @param run a ULID
 * @param attempt the number of the attempt at its job, from 1
 * @param earlier why the earlier attempts have no result, in words; null for the first one, and
 *     until the coordinator has added it
 */
public record RunId(String run, int attempt, @Nullable String earlier) {

  /** A run of which it is not known why earlier attempts have no result. */
  public RunId(String run, int attempt) {
    this(run, attempt, null);
  }

  public RunId {
    Names.require("run", Names.present("run", run));
    if (attempt < 1) {
      throw new InvalidInputException("run " + run + ": attempt is " + attempt + ", not 1 or more");
    }
  }
}
