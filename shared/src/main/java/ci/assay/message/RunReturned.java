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
   * @param unseen whether only another worker can help, since this one lacks what the job needs: it
   *     does not see the repository's path, or has no container engine; null, as older workers say
   *     it, for no
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

  /** Of a run that could have been here. */
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

  /** Whether only another worker can help. */
  public boolean needsAnotherWorker() {
    return Boolean.TRUE.equals(why.unseen());
  }
}
