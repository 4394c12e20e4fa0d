package ci.assay.worker.settings;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of a worker are shut off from it and from each other.
 *
 * @param network what a run in the sandbox reaches
 * @param readable files and folders that a run in the sandbox may read, beside the system's
 * @param hidden folders that no run in the sandbox may see, beside the worker's own
 * @param containers of runs that want one
 */
public record Isolation(
    Executor executor,
    Network network,
    List<Path> readable,
    List<Path> hidden,
    RunLimits limits,
    Containers containers) {

  /**
   * Which containers there are.
   *
   * @param image of commits that name none; null where those run in no container
   * @param engine the program, docker or podman, or its path; null for the one that answers
   */
  public record Containers(@Nullable String image, @Nullable String engine) {

    /** Whatever a commit names, by the engine that answers. */
    public static final Containers AS_NAMED = new Containers(null, null);
  }

  /** What runs the commands. */
  public enum Executor {
    /** The sandbox where it works, else a plain process. */
    AUTO,
    /** A process of the worker's user, which sees and does what the worker can. */
    PROCESS,
    /** Namespaces of Linux, by bubblewrap. */
    SANDBOX,
    /** Containers of an image, by docker or podman. */
    CONTAINER
  }

  /** What a run reaches. */
  public enum Network {
    /** Its own loopback, and the world by slirp4netns, but not this machine's loopback. */
    OWN,
    /** Its own loopback. */
    NONE,
    /** All that the worker reaches. */
    HOST
  }

  /** Where nobody said otherwise. */
  public static final Isolation PROCESS =
      new Isolation(Executor.PROCESS, Network.OWN, List.of(), List.of());

  /** Without limits. */
  public Isolation(Executor executor, Network network, List<Path> readable, List<Path> hidden) {
    this(executor, network, readable, hidden, RunLimits.NONE, Containers.AS_NAMED);
  }

  /** The same by another executor, or with another network. */
  public Isolation by(Executor other, Network reached) {
    return new Isolation(other, reached, readable, hidden, limits, containers);
  }

  public Isolation {
    readable = readable.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    hidden = hidden.stream().map(each -> each.toAbsolutePath().normalize()).toList();
  }
}
