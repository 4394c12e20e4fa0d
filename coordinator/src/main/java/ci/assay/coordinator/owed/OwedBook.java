package ci.assay.coordinator.owed;

import ci.assay.model.Job;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The sweeper's list of jobs that are owed a result. The files are the record; the list only saves
 * searching through them. Safe for use by many threads.
 */
public final class OwedBook {

  private static final int MOST_DOUBLINGS = 10;

  private final Duration after;
  private final LongSupplier nanos;
  private final Map<JobId, Entry> entries = new ConcurrentHashMap<>();

  /**
   * A job that is owed.
   *
   * @param times how often it was published again
   * @param since when it was last published, or became known, by the monotonic clock
   */
  public record Entry(JobId id, String pool, int times, long since) {}

  /**
   * @param after how long a job is owed before it is due; doubled each time it is published again
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public OwedBook(Duration after, LongSupplier nanos) {
    this.after = after;
    this.nanos = nanos;
  }

  /** Removes all jobs. */
  void clear() {
    entries.clear();
  }

  public void owed(Job job) {
    entries.putIfAbsent(job.id(), new Entry(job.id(), job.pool(), 0, nanos.getAsLong()));
  }

  public void judged(JobId id) {
    entries.remove(id);
  }

  public void published(JobId id) {
    entries.computeIfPresent(
        id, (same, entry) -> new Entry(id, entry.pool(), entry.times() + 1, nanos.getAsLong()));
  }

  /** The number of owed jobs. */
  public int size() {
    return entries.size();
  }

  /** The jobs that have been owed long enough to be published again. */
  public List<Entry> due() {
    return entries.values().stream().filter(this::isDue).toList();
  }

  private boolean isDue(Entry entry) {
    long wait = after.toNanos() << Math.min(entry.times(), MOST_DOUBLINGS);
    return nanos.getAsLong() - entry.since() >= wait;
  }
}
