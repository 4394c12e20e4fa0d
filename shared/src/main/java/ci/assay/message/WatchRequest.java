package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;

/**
 * To all workers: somebody watches this job, so whoever runs it sends, for a while, what the run
 * prints.
 *
 * @param id the job
 * @param from how many bytes of it are known already
 */
public record WatchRequest(JobId id, long from) implements Message {

  public WatchRequest {
    Names.present("job", id);
    if (from < 0) {
      throw new InvalidInputException("watch of " + id + " from byte " + from);
    }
  }
}
