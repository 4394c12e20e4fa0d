package ci.assay.coordinator.owed;

import ci.assay.message.Presence;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Which workers are alive, and what they run and hold. Safe for use by many threads. */
public final class PresenceBoard {

  /** The most workers that are remembered, and the most jobs of all of them. */
  static final int MOST_WORKERS = 2_000;

  static final int MOST_JOBS = 50_000;

  private final Duration limit;
  private final LongSupplier nanos;
  private final Map<String, Seen> byInstance = new ConcurrentHashMap<>();

  private record Seen(Presence presence, long at) {}

  /**
   * @param limit how long a worker counts as alive after its last presence message
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public PresenceBoard(Duration limit, LongSupplier nanos) {
    this.limit = limit;
    this.nanos = nanos;
  }

  /**
   * A worker described itself. One that would be beyond the limits is left out: it may be one of
   * many that somebody made up. Those that are known stay.
   */
  public synchronized void received(Presence presence) {
    byInstance.values().removeIf(seen -> !isAlive(seen));
    String key = presence.worker() + " " + presence.instance();
    byInstance.remove(key);
    long jobs = byInstance.values().stream().mapToLong(seen -> jobsOf(seen.presence())).sum();
    if (byInstance.size() < MOST_WORKERS && jobs + jobsOf(presence) <= MOST_JOBS) {
      byInstance.put(key, new Seen(presence, nanos.getAsLong()));
    }
  }

  private static long jobsOf(Presence presence) {
    return (long) presence.running().size() + presence.held().size() + presence.pools().size();
  }

  /** The workers that are alive. */
  public List<Presence> workers() {
    return alive().toList();
  }

  /** The runs of a job that workers report. */
  public Stream<Presence.Underway> runsOf(JobId job) {
    return alive()
        .flatMap(presence -> presence.running().stream())
        .filter(run -> run.job().equals(job));
  }

  /** Whether a worker runs a job, or holds it while another one runs it. */
  public boolean isInHand(JobId job) {
    return runsOf(job).findAny().isPresent()
        || alive().anyMatch(presence -> presence.held().contains(job));
  }

  /** Whether a worker other than these takes jobs of this pool. */
  public boolean hasTakerBeside(Set<String> workers, String pool) {
    return alive()
        .filter(presence -> presence.takesNothing() == null)
        .filter(presence -> presence.pools().contains(pool))
        .anyMatch(presence -> !workers.contains(presence.worker()));
  }

  private Stream<Presence> alive() {
    return byInstance.values().stream().filter(this::isAlive).map(Seen::presence);
  }

  private boolean isAlive(Seen seen) {
    return nanos.getAsLong() - seen.at() <= limit.toNanos();
  }
}
