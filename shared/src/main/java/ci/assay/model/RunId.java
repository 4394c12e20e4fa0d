package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;

/**
 * Identifies a run of a job.
 *
 * @param run a ULID
 * @param attempt the number of the attempt at its job, from 1
 */
public record RunId(String run, int attempt) {

  public RunId {
    Names.require("run", Names.present("run", run));
    if (attempt < 1) {
      throw new InvalidInputException("run " + run + ": attempt is " + attempt + ", not 1 or more");
    }
  }
}
