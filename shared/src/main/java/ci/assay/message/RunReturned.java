package ci.assay.message;

import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import ci.assay.model.Names;
import java.time.Instant;

/**
 * A run ended without a result and its worker gives the job back: published, durable, before that.
 * A start that has neither this nor a result belongs to a worker that is gone.
 *
 * @param id the job
 * @param run the run's id, a ULID
 * @param reason one line for people
 * @param trouble whether something of ours failed; else the worker only stops or gives way
 */
public record RunReturned(
    JobId id, String run, String worker, String reason, boolean trouble, Instant returnedAt)
    implements FromWorker {

  public RunReturned {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    Names.present("reason", reason);
    returnedAt = Names.millis("returnedAt", returnedAt);
  }
}
