package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Jobs that were delivered to us while another worker, or another slot, runs them: each is kept,
 * unacked, until that one has its result confirmed, and given back when it is gone. Safe for use by
 * many threads.
 */
final class HeldJobs {

  /** A job that we keep. */
  record Held(JobId job, String run, CompletableFuture<Disposition> then) {}

  private final List<Held> held = new ArrayList<>();

  /**
   * Keeps a job.
   *
   * @param run the id that our run of it would have had
   */
  Disposition hold(JobId job, String run) {
    Held added = new Held(job, run, new CompletableFuture<>());
    synchronized (this) {
      held.add(added);
    }
    var unused = added.then().whenComplete((then, lost) -> remove(added));
    return new Disposition.Hold(added.then(), "another run goes on of " + job);
  }

  private synchronized void remove(Held gone) {
    held.remove(gone);
  }

  synchronized List<Held> all() {
    return List.copyOf(held);
  }

  /** Acks the job: it has its result. */
  void ack(JobId job) {
    settle(job, Disposition.ack());
  }

  /** Gives the job back, so that somebody runs it. */
  void giveBack(JobId job) {
    settle(job, new Disposition.RetryLater(Duration.ZERO, "nobody runs it any more"));
  }

  private void settle(JobId job, Disposition then) {
    for (Held each : all()) {
      if (each.job().equals(job)) {
        each.then().complete(then);
      }
    }
  }
}
