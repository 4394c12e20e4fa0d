package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * A worker's question to all workers: which of them runs this job, or has run it?
 *
 * @param id the job
 * @param run the id of the run that would begin if none does
 */
public record LivenessQuery(JobId id, String run) implements Message {

  public LivenessQuery {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
  }
}
