package ci.assay.worker.job;

import ci.assay.common.LatestEntries;
import ci.assay.model.JobId;

/** How often in a row each job met with trouble here. Safe for use by many threads. */
public final class TroubleCounts {

  private static final int MOST_JOBS = 1_000;

  private final LatestEntries<JobId, Integer> counts = new LatestEntries<>(MOST_JOBS);

  /** Once more; returns how often now. */
  int add(JobId job) {
    return counts.merge(job, 1, Integer::sum);
  }

  /** It went well. */
  void forget(JobId job) {
    counts.remove(job);
  }
}
