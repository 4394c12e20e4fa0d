package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * A question to all workers: who runs this job, or has run it?
 *
 * @param id the job
 * @param run the run that would begin if nobody does
 */
public record LivenessQuery(JobId id, String run) implements Message {

  public LivenessQuery {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
  }
}
