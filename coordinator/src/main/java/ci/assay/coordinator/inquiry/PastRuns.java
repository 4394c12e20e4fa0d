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
 * The runs of a job that ended without a result, and what follows from them for a worker that asks
 * to run the job. A run on a worker that lacks what the job needs (the repository's path, or a
 * container engine) spends no attempt, as long as another worker may have it.
 *
 * @param spent the runs that count as attempts
 * @param unseen the runs whose worker lacks what the job needs
 */
record PastRuns(List<OneRun> spent, List<OneRun> unseen) {

  PastRuns(JobRuns runs) {
    this(runs.spent(), runs.unseen());
  }

  boolean isEmpty() {
    return spent.isEmpty() && unseen.isEmpty();
  }

  /**
   * Whether the job should go to another worker: the asking one does not see the repository, or all
   * spent runs were given back by it.
   */
  boolean areForAnother(StartRequest ask) {
    return isBlind(ask) || (!spent.isEmpty() && spent.stream().allMatch(run -> isOwn(run, ask)));
  }

  /**
   * The asking worker and those that lack what the job needs: the job must not be left to any of
   * them.
   */
  Set<String> workersWithoutUse(StartRequest ask) {
    return Stream.concat(Stream.of(ask.worker()), unseen.stream().map(OneRun::worker))
        .collect(Collectors.toSet());
  }

  /** Whether the attempts are used up, so that the asking worker need not try again. */
  boolean areEnough(StartRequest ask) {
    int tries = isBlind(ask) ? spent.size() + unseen.size() : spent.size();
    return tries >= ask.maxAttempts();
  }

  /** The result to store when the attempts are used up. */
  Result finalResult(Job job, CoordinatorResults results) {
    return spent.isEmpty() ? results.unseen(job, unseen) : results.givenUp(job, spent);
  }

  private static boolean isOwn(OneRun run, StartRequest ask) {
    return run.state().isReturned() && run.worker().equals(ask.worker());
  }

  private boolean isBlind(StartRequest ask) {
    return unseen.stream().anyMatch(run -> run.worker().equals(ask.worker()));
  }
}
