package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run ended without a result and its worker gives the job back: published, durable, before that.
 * A start that has neither this nor a result belongs to a worker that is gone.
 *
 * @param id the job
 * @param run the run's id, a ULID
 */
public record RunReturned(JobId id, String run, String worker, Why why, Instant returnedAt)
    implements FromWorker {

  /**
   * Why it was given back.
   *
   * @param reason one line for people
   * @param trouble whether something of ours failed; else the worker only stops or gives way
   * @param unseen whether the repository is at a path that means nothing on this worker, so that
   *     only another one can help; null, as older workers say it, for no
   */
  public record Why(String reason, boolean trouble, @Nullable Boolean unseen) {
    public Why {
      Names.present("reason", reason);
    }
  }

  public RunReturned {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    returnedAt = Names.millis("returnedAt", returnedAt);
  }

  /** Of a run whose repository was there. */
  public RunReturned(
      JobId id, String run, String worker, String reason, boolean trouble, Instant returnedAt) {
    this(id, run, worker, new Why(reason, trouble, null), returnedAt);
  }

  public String reason() {
    return why.reason();
  }

  public boolean trouble() {
    return why.trouble();
  }

  /** Whether only another worker can help. */
  public boolean needsAnotherWorker() {
    return Boolean.TRUE.equals(why.unseen());
  }
}
