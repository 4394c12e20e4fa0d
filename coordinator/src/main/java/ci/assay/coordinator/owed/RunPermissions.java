package ci.assay.coordinator.owed;

import ci.assay.common.LatestEntries;
import ci.assay.message.StartRequest;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The runs that this coordinator permitted lately, in particular those that are not known to have
 * started yet. In memory only: a coordinator that takes over does not have them. Safe for use by
 * many threads.
 */
public final class RunPermissions {

  private static final int MOST_REMEMBERED = 10_000;

  private final Duration limit;
  private final LongSupplier nanos;

  /** The permitted runs that are not known to have started, by run id, the oldest first. */
  private final Map<String, Grant> byRun = new LinkedHashMap<>();

  /** The latest permitted runs by run id, also those that have started since. */
  private final LatestEntries<String, Grant> given = new LatestEntries<>(MOST_REMEMBERED);

  private record Grant(JobId job, String worker, long at) {}

  /**
   * @param limit for how long a permitted run counts as about to start
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public RunPermissions(Duration limit, LongSupplier nanos) {
    this.limit = limit;
    this.nanos = nanos;
  }

  public synchronized void add(StartRequest ask) {
    forgetOld();
    byRun.remove(ask.run());
    Grant grant = new Grant(ask.id(), ask.worker(), nanos.getAsLong());
    if (byRun.size() >= MOST_REMEMBERED) {
      byRun.remove(byRun.keySet().iterator().next());
    }
    byRun.put(ask.run(), grant);
    given.put(ask.run(), grant);
  }

  /** Whether the run was permitted to another worker, or for another job. */
  public boolean isOfAnother(StartRequest ask) {
    Grant grant = given.get(ask.run());
    return grant != null && !(grant.job().equals(ask.id()) && grant.worker().equals(ask.worker()));
  }

  /** The worker that was permitted this run of the job lately; null when none was. */
  public @Nullable String permitted(String run, JobId job) {
    Grant grant = given.get(run);
    return grant != null && grant.job().equals(job) ? grant.worker() : null;
  }

  /** Whether this run of the job was permitted to this worker lately. */
  public boolean wasPermitted(String run, JobId job, String worker) {
    return worker.equals(permitted(run, job));
  }

  /** Whether this run of the job was permitted to any worker lately. */
  public boolean wasPermitted(String run, JobId job) {
    return permitted(run, job) != null;
  }

  /** The run has started, or never will. */
  public synchronized void forget(String run) {
    byRun.remove(run);
  }

  /** The permitted runs of a job that are not known to have started. */
  public synchronized List<String> of(JobId job) {
    forgetOld();
    return byRun.entrySet().stream()
        .filter(each -> each.getValue().job().equals(job))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The worker that was permitted a run which is not known to have started; null for none. */
  public synchronized @Nullable String worker(String run) {
    Grant grant = byRun.get(run);
    return grant == null ? null : grant.worker();
  }

  private void forgetOld() {
    long oldest = nanos.getAsLong() - limit.toNanos();
    Iterator<Grant> grants = byRun.values().iterator();
    while (grants.hasNext() && grants.next().at() - oldest < 0) {
      grants.remove();
    }
  }
}
