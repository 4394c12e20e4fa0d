package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Jobs that were delivered here while another worker, or another slot, runs them. Each is kept
 * unacknowledged until the result of that run is confirmed; when that run is gone, the job is given
 * back. Thread-safe.
 */
final class HeldJobs {

  /** A held job, and the future that decides its delivery. */
  record Held(JobId job, String run, CompletableFuture<Disposition> then) {}

  private final List<Held> held = new ArrayList<>();

  /**
   * Holds a job.
   *
   * @param run the id that the run in this slot would have had
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

  /** Acknowledges the job, because it has its result. */
  void ack(JobId job) {
    settle(job, Disposition.ack());
  }

  /** Gives the job back to the queue, so that a worker runs it. */
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
