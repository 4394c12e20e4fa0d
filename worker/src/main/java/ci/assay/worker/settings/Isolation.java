package ci.assay.worker.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of a worker are isolated from the worker and from each other.
 *
 * @param network what a run in the sandbox can reach
 * @param readable files and folders that a run in the sandbox may read, in addition to the system's
 * @param hidden folders that a run in the sandbox cannot see, in addition to the worker's own
 * @param containers settings of runs in containers
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
    /** The sandbox if it works on this machine, otherwise a plain process. */
    AUTO,
    /** A process of the worker's user, which can see and do everything that the worker can. */
    PROCESS,
    /** Linux namespaces, set up by bubblewrap. */
    SANDBOX,
    /** Containers of an image, by docker or podman. */
    CONTAINER
  }

  /** What a run can reach. */
  public enum Network {
    /** Its own loopback, and the internet through slirp4netns, but not this machine's loopback. */
    OWN,
    /** Only its own loopback. */
    NONE,
    /** Everything that the worker can reach. */
    HOST
  }

  /** The default: plain processes, without limits. */
  public static final Isolation PROCESS =
      new Isolation(Executor.PROCESS, Network.OWN, List.of(), List.of());

  /** Isolation without limits. */
  public Isolation(Executor executor, Network network, List<Path> readable, List<Path> hidden) {
    this(executor, network, readable, hidden, RunLimits.NONE, Containers.AS_NAMED);
  }

  /** A copy with another executor and network. */
  public Isolation by(Executor other, Network reached) {
    return new Isolation(other, reached, readable, hidden, limits, containers);
  }

  /** A copy with more hidden folders. */
  public Isolation hiding(List<Path> more) {
    List<Path> all = Stream.concat(hidden.stream(), more.stream()).distinct().toList();
    return new Isolation(executor, network, readable, all, limits, containers);
  }

  public Isolation {
    readable = readable.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    hidden = hidden.stream().map(each -> each.toAbsolutePath().normalize()).toList();
  }
}
