package ci.assay.coordinator.owed;

import ci.assay.message.StartRequest;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were allowed a moment ago and are not known to have started yet. In memory only: a
 * coordinator that takes over does without. Safe for use by many threads.
 */
public final class RunPermissions {

  private final Duration limit;
  private final LongSupplier nanos;

  /** By run, the oldest first. */
  private final Map<String, Grant> byRun = new LinkedHashMap<>();

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
    byRun.put(ask.run(), new Grant(ask.id(), ask.worker(), nanos.getAsLong()));
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
