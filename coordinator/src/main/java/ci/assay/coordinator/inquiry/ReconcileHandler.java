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
 * Tells an observer the state of its jobs. A job counts as unknown only when it has not arrived
 * before a tick that was sent after the question.
 */
public record ReconcileHandler(ResultStore store, Ticker ticker) {

  /** Completes with the answer; fails when it cannot be given now. */
  CompletableFuture<ReconcileReply> handle(ReconcileRequest question) throws InterruptedException {
    ReconcileReply now = states(question);
    return now.unknown().isEmpty()
        ? CompletableFuture.completedFuture(now)
        : ticker.roundTrip().thenApply(back -> states(question));
  }

  private ReconcileReply states(ReconcileRequest question) {
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
