package ci.assay.coordinator.owed;

import ci.assay.message.Presence;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Which workers are alive, what they run and hold, and which ones were lost lately. Safe for use by
 * many threads.
 */
public final class PresenceBoard {

  /** How long a lost worker is kept, unless a worker of its name is heard of earlier. */
  static final Duration LOST_KEPT = Duration.ofHours(1);

  /** The most lost workers that are kept: the latest ones. */
  static final int MOST_LOST = 100;

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
    String key = presence.worker() + " " + presence.instance();
    byInstance.remove(key);
    byInstance
        .values()
        .removeIf(seen -> !isAlive(seen) && (isOld(seen) || isReplacedBy(presence, seen)));
    if (!presence.leaves() && hasRoomFor(presence)) {
      byInstance.put(key, new Seen(presence, nanos.getAsLong()));
    }
    List<Seen> surplus = lost().skip(MOST_LOST).toList();
    byInstance.values().removeAll(surplus);
  }

  private boolean hasRoomFor(Presence presence) {
    List<Presence> alive = workers();
    long jobs = alive.stream().mapToLong(PresenceBoard::jobsOf).sum();
    return alive.size() < MOST_WORKERS && jobs + jobsOf(presence) <= MOST_JOBS;
  }

  private static long jobsOf(Presence presence) {
    return (long) presence.running().size() + presence.held().size() + presence.pools().size();
  }

  /** The workers that are alive. */
  public List<Presence> workers() {
    return alive().toList();
  }

  /**
   * The last message of each worker that has sent none for some time and had not said that it was
   * leaving: it was killed, is frozen or cut off. The latest one is first. Each is kept for an hour
   * at most.
   */
  public List<Presence> lostWorkers() {
    return lost().map(Seen::presence).toList();
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

  private Stream<Seen> lost() {
    return byInstance.values().stream()
        .filter(seen -> !isAlive(seen) && !isOld(seen))
        .sorted(Comparator.comparingLong(this::ageOf));
  }

  private static boolean isReplacedBy(Presence presence, Seen seen) {
    return seen.presence().worker().equals(presence.worker());
  }

  private boolean isAlive(Seen seen) {
    return ageOf(seen) <= limit.toNanos();
  }

  private boolean isOld(Seen seen) {
    return ageOf(seen) > LOST_KEPT.toNanos();
  }

  private long ageOf(Seen seen) {
    return nanos.getAsLong() - seen.at();
  }
}
