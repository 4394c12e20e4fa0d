package ci.assay.coordinator;

import ci.assay.model.JobId;
import ci.assay.model.Reconcile;
import ci.assay.model.Reconciled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tells an observer what has become of its jobs. One is unknown only when it has not arrived before
 * a tick that was sent after the question.
 */
record ReconcileHandler(ResultStore store, Ticker ticker) {

  /** Completes with the answer; fails when it can't be given now. */
  CompletableFuture<Reconciled> handle(Reconcile question) throws InterruptedException {
    Reconciled now = look(question);
    return now.unknown().isEmpty()
        ? CompletableFuture.completedFuture(now)
        : ticker.roundTrip().thenApply(back -> look(question));
  }

  private Reconciled look(Reconcile question) {
    List<JobId> judged = new ArrayList<>();
    List<JobId> owed = new ArrayList<>();
    List<JobId> unknown = new ArrayList<>();
    for (JobId id : question.jobs()) {
      if (store.isJudged(id)) {
        judged.add(id);
      } else if (store.isKnown(id)) {
        owed.add(id);
      } else {
        unknown.add(id);
      }
    }
    return new Reconciled(judged, owed, unknown);
  }
}
