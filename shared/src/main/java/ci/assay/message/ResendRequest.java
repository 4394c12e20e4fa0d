package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * To all workers: pieces of this run's files are missing; the worker that has the files sends them
 * again.
 *
 * @param id the job
 */
public record ResendRequest(JobId id, String run) implements Message {

  public ResendRequest {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
  }
}
