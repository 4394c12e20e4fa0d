package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run ended without a result and its worker gives the job back to the queue. It is published as a
 * durable message before that. A started run with neither this message nor a result belongs to a
 * worker that is gone.
 *
 * @param id the job
 * @param run the run's id, a ULID
 */
public record RunReturned(JobId id, String run, String worker, Why why, Instant returnedAt)
    implements FromWorker {

  /**
   * Why it was given back.
   *
   * @param reason the reason for people, in one line
   * @param trouble whether something on the worker's side failed; false when the worker only stops,
   *     or leaves the job to another run
   * @param unseen whether only another worker can run the job, since this one lacks what it needs:
   *     the repository's path, or a container engine; null, as older workers say it, means no
   * @param mend what to do so that a worker like this one could run it; null where that is to let
   *     it see the repository
   */
  public record Why(
      String reason, boolean trouble, @Nullable Boolean unseen, @Nullable String mend) {
    public Why {
      Names.present("reason", reason);
    }

    /** Of a run that could have been here. */
    public Why(String reason, boolean trouble) {
      this(reason, trouble, null, null);
    }
  }

  public RunReturned {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    returnedAt = Names.millis("returnedAt", returnedAt);
  }

  /** For a run that this worker could have run. */
  public RunReturned(
      JobId id, String run, String worker, String reason, boolean trouble, Instant returnedAt) {
    this(id, run, worker, new Why(reason, trouble), returnedAt);
  }

  public String reason() {
    return why.reason();
  }

  public boolean trouble() {
    return why.trouble();
  }

  public @Nullable String mend() {
    return why.mend();
  }

  /** Whether only another worker can run the job. */
  public boolean needsAnotherWorker() {
    return Boolean.TRUE.equals(why.unseen());
  }
}
