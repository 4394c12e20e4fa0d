package ci.assay.worker.job;

import ci.assay.common.LatestEntries;
import ci.assay.model.JobId;

/** Counts, for each job, the failures in a row that are not the commit's fault. Thread-safe. */
public final class TroubleCounts {

  private static final int MOST_JOBS = 1_000;

  private final LatestEntries<JobId, Integer> counts = new LatestEntries<>(MOST_JOBS);

  /** Counts one more failure; returns the new count. */
  int add(JobId job) {
    return counts.merge(job, 1, Integer::sum);
  }

  /** Resets the count of a job that has a result. */
  void forget(JobId job) {
    counts.remove(job);
  }
}
