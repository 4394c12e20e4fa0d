package ci.assay.coordinator.inquiry;

import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.model.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tells an observer what has become of its jobs. One is unknown only when it has not arrived before
 * a tick that was sent after the question.
 */
public record ReconcileHandler(ResultStore store, Ticker ticker) {

  /** Completes with the answer; fails when it can't be given now. */
  CompletableFuture<ReconcileReply> handle(ReconcileRequest question) throws InterruptedException {
    ReconcileReply now = look(question);
    return now.unknown().isEmpty()
        ? CompletableFuture.completedFuture(now)
        : ticker.roundTrip().thenApply(back -> look(question));
  }

  private ReconcileReply look(ReconcileRequest question) {
    List<JobId> judged = new ArrayList<>();
    List<JobId> owed = new ArrayList<>();
    List<JobId> unknown = new ArrayList<>();
    for (JobId id : question.jobs()) {
      switch (store.state(id)) {
        case JUDGED -> judged.add(id);
        case OWED -> owed.add(id);
        case UNKNOWN -> unknown.add(id);
      }
    }
    return new ReconcileReply(judged, owed, unknown);
  }
}
