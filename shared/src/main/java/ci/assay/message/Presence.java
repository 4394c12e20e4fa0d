package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker's state, which it sends every two seconds and at each change, and a last time when it
 * ends in an orderly way.
 *
 * @param sender the worker
 * @param capacity which jobs it can take
 * @param load what it runs and holds
 * @param condition whether it takes jobs now
 */
public record Presence(
    Sender sender, Capacity capacity, Load load, Condition condition, Instant sentAt)
    implements FromWorker {

  /**
   * The worker that sent it.
   *
   * @param worker the worker's name
   * @param instance the worker's name and a random part, which is another one after each start
   */
  public record Sender(String worker, String instance) {
    public Sender {
      Names.present("worker", worker);
      Names.present("instance", instance);
    }
  }

  /**
   * Which jobs a worker can take.
   *
   * @param pools the pools that it takes jobs from
   * @param slots how many runs it can execute at a time
   * @param executor what commands run in: {@code process} or {@code sandbox}; null from older
   *     workers
   */
  public record Capacity(List<String> pools, int slots, @Nullable String executor) {

    /** The capacity of a worker whose executor is not known. */
    public Capacity(List<String> pools, int slots) {
      this(pools, slots, null);
    }

    public Capacity {
      pools = List.copyOf(Names.present("pools", pools));
    }
  }

  /**
   * What a worker runs and holds.
   *
   * @param running the runs that have begun and whose results are not confirmed yet
   * @param held the jobs that it holds while another worker runs them
   */
  public record Load(List<Underway> running, List<JobId> held) {
    public Load {
      running = List.copyOf(Names.present("running", running));
      held = List.copyOf(Names.present("held", held));
    }
  }

  /**
   * Whether a worker takes jobs.
   *
   * @param freeBytes the free bytes on the disk of its work folder
   * @param takesNothing why it takes no jobs now; null when it does
   * @param leaving true in the last message of a worker that ends in an orderly way, so that it
   *     does not count as lost; otherwise null
   */
  public record Condition(
      long freeBytes, @Nullable String takesNothing, @Nullable Boolean leaving) {

    /** The condition of a worker that goes on. */
    public Condition(long freeBytes, @Nullable String takesNothing) {
      this(freeBytes, takesNothing, null);
    }
  }

  /** A run that is under way, or whose result is not confirmed yet. */
  public record Underway(JobId job, String run, Instant startedAt) {
    public Underway {
      Names.present("job", job);
      Names.require("run", Names.present("run", run));
      startedAt = Names.millis("startedAt", startedAt);
    }
  }

  public Presence {
    sentAt = Names.millis("sentAt", sentAt);
  }

  @Override
  public String worker() {
    return sender.worker();
  }

  public String instance() {
    return sender.instance();
  }

  public List<String> pools() {
    return capacity.pools();
  }

  public int slots() {
    return capacity.slots();
  }

  public @Nullable String executor() {
    return capacity.executor();
  }

  public List<Underway> running() {
    return load.running();
  }

  public List<JobId> held() {
    return load.held();
  }

  public long freeBytes() {
    return condition.freeBytes();
  }

  public @Nullable String takesNothing() {
    return condition.takesNothing();
  }

  /** The same as the last message of a worker that ends in an orderly way. */
  public Presence asLast() {
    return new Presence(
        sender, capacity, load, new Condition(freeBytes(), takesNothing(), true), sentAt);
  }

  /** Whether this is the last message of a worker that ends in an orderly way. */
  public boolean leaves() {
    return Boolean.TRUE.equals(condition.leaving());
  }
}
