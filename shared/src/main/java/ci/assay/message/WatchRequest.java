package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * To all workers: somebody watches this job, so the worker that runs it sends the output of the run
 * for a while.
 *
 * @param id the job
 * @param from how many bytes of the output the coordinator has already
 */
public record WatchRequest(JobId id, long from) implements Message {

  public WatchRequest {
    Names.present("job", id);
    if (from < 0) {
      throw new InvalidInputException("watch of " + id + " from byte " + from);
    }
  }
}
