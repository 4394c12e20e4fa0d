package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.util.List;

/**
 * A worker's question to the coordinator before it begins a run.
 *
 * @param id the job
 * @param run the id of the run that would begin
 * @param worker the worker's name
 * @param maxAttempts the number of attempts, 1 or more, after which the job is given up
 * @param silent the runs of this job that no worker answered for when all were asked
 */
public record StartRequest(
    JobId id, String run, String worker, int maxAttempts, List<String> silent)
    implements FromWorker {

  public StartRequest {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    silent = List.copyOf(Names.present("silent", silent));
    if (maxAttempts < 1) {
      throw new InvalidInputException("maxAttempts is " + maxAttempts + ", not 1 or more");
    }
  }
}
