package ci.assay.coordinator.owed;

import ci.assay.common.LatestEntries;
import ci.assay.message.StartRequest;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were allowed, above all those of a moment ago that are not known to have started yet.
 * In memory only: a coordinator that takes over does without. Safe for use by many threads.
 */
public final class RunPermissions {

  private static final int MOST_REMEMBERED = 10_000;

  private final Duration limit;
  private final LongSupplier nanos;

  /** By run, the oldest first. */
  private final Map<String, Grant> byRun = new LinkedHashMap<>();

  /** The latest ones, also those that began since. */
  private final LatestEntries<String, Grant> given = new LatestEntries<>(MOST_REMEMBERED);

  private record Grant(JobId job, String worker, long at) {}

  /**
   * @param limit for how long a grant counts
   */
  public RunPermissions(Duration limit, LongSupplier nanos) {
    this.limit = limit;
    this.nanos = nanos;
  }

  public synchronized void add(StartRequest ask) {
    forgetOld();
    byRun.remove(ask.run());
    Grant grant = new Grant(ask.id(), ask.worker(), nanos.getAsLong());
    byRun.put(ask.run(), grant);
    given.put(ask.run(), grant);
  }

  /** Whether the run that is asked for was allowed as another worker's, or of another job. */
  public boolean isOfAnother(StartRequest ask) {
    Grant grant = given.get(ask.run());
    return grant != null && !(grant.job().equals(ask.id()) && grant.worker().equals(ask.worker()));
  }

  /** The worker that was allowed this run of the job, by us and lately; null when none was. */
  public @Nullable String permitted(String run, JobId job) {
    Grant grant = given.get(run);
    return grant != null && grant.job().equals(job) ? grant.worker() : null;
  }

  /** Whether this run of the job was allowed to this worker, by us and lately. */
  public boolean wasPermitted(String run, JobId job, String worker) {
    return worker.equals(permitted(run, job));
  }

  /** Whether this run of the job was allowed to some worker, by us and lately. */
  public boolean wasPermitted(String run, JobId job) {
    return permitted(run, job) != null;
  }

  /** It began, or never will. */
  public synchronized void forget(String run) {
    byRun.remove(run);
  }

  /** The runs of a job that were allowed. */
  public synchronized List<String> of(JobId job) {
    forgetOld();
    return byRun.entrySet().stream()
        .filter(each -> each.getValue().job().equals(job))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The name of the worker that was allowed a run. */
  public synchronized @Nullable String worker(String run) {
    Grant grant = byRun.get(run);
    return grant == null ? null : grant.worker();
  }

  private void forgetOld() {
    long oldest = nanos.getAsLong() - limit.toNanos();
    byRun.values().removeIf(grant -> grant.at() - oldest < 0);
  }
}
