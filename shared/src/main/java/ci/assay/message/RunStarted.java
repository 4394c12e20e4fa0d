package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;

/**
 * A run begins. It is published as a durable message before the run's first step.
 *
 * @param id the job
 * @param run the run's id, a ULID
 */
public record RunStarted(JobId id, String run, String worker, Instant startedAt)
    implements FromWorker {

  public RunStarted {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    startedAt = Names.millis("startedAt", startedAt);
  }
}
