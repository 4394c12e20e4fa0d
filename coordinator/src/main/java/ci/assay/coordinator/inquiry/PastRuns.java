package ci.assay.coordinator.inquiry;

import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobRuns.OneRun;
import ci.assay.coordinator.store.CoordinatorResults;
import ci.assay.message.StartRequest;
import ci.assay.model.Job;
import ci.assay.model.Result;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs of a job that ended without a result, and what follows for a worker that would try next.
 * A worker that lacks what the job needs, as the repository's path or a container engine, spends no
 * attempt while there may be one that has it.
 *
 * @param spent those that count as attempts
 * @param unseen those whose worker lacks what the job needs
 */
record PastRuns(List<OneRun> spent, List<OneRun> unseen) {

  PastRuns(JobRuns runs) {
    this(runs.spent(), runs.unseen());
  }

  boolean isEmpty() {
    return spent.isEmpty() && unseen.isEmpty();
  }

  /** Whether the asking worker is the only one that had trouble with it, or cannot help. */
  boolean areForAnother(StartRequest ask) {
    return isBlind(ask) || (!spent.isEmpty() && spent.stream().allMatch(run -> isOwn(run, ask)));
  }

  /** The asking worker and those that lack what it needs: none of them is another one. */
  Set<String> workersWithoutUse(StartRequest ask) {
    return Stream.concat(Stream.of(ask.worker()), unseen.stream().map(OneRun::worker))
        .collect(Collectors.toSet());
  }

  /** Whether the asking worker, with nobody else to leave it to, need not try again. */
  boolean areEnough(StartRequest ask) {
    int tries = isBlind(ask) ? spent.size() + unseen.size() : spent.size();
    return tries >= ask.maxAttempts();
  }

  /** The verdict when these are enough. */
  Result given(Job job, CoordinatorResults results) {
    return spent.isEmpty() ? results.unseen(job, unseen) : results.givenUp(job, spent);
  }

  private static boolean isOwn(OneRun run, StartRequest ask) {
    return run.state().isReturned() && run.worker().equals(ask.worker());
  }

  private boolean isBlind(StartRequest ask) {
    return unseen.stream().anyMatch(run -> run.worker().equals(ask.worker()));
  }
}
