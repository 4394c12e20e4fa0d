package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * To all workers: this job has its result, so a worker that runs it may stop.
 *
 * @param id the job
 */
public record StopRequest(JobId id, String reason) implements Message {

  public StopRequest {
    Names.present("job", id);
    Names.present("reason", reason);
  }
}
