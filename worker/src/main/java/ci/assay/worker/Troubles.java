package ci.assay.worker;

import ci.assay.model.JobId;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often in a row each job met with trouble here. Safe for use by many threads. */
final class Troubles {

  private static final int MOST_JOBS = 1_000;

  private final Map<JobId, Integer> counts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Integer> eldest) {
          return size() > MOST_JOBS;
        }
      };

  /** Once more; returns how often now. */
  synchronized int add(JobId job) {
    return counts.merge(job, 1, Integer::sum);
  }

  /** It went well. */
  synchronized void forget(JobId job) {
    counts.remove(job);
  }
}
