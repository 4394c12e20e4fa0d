package ci.assay.cli.option;

import ci.assay.common.ImageNames;
import ci.assay.common.InvalidInputException;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.RunLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How runs are isolated from the machine and from each other. */
public final class IsolationOptions {

  @Option(
      names = "--executor",
      paramLabel = "WHAT",
      description =
          "What runs the commands: sandbox (bubblewrap), container (docker or podman), process, or"
              + " auto, the sandbox where it works and else process, and containers for commits"
              + " with 'image' where there is an engine (default: auto; of assay run, process).")
  Isolation.@Nullable Executor executor;

  @Option(
      names = "--image",
      paramLabel = "NAME",
      description = "With --executor container: the image of commits that name none.")
  @Nullable String image;

  @Option(
      names = "--engine",
      paramLabel = "PROGRAM",
      description =
          "What containers are run by: docker or podman, or its path (default: the one that"
              + " answers).")
  @Nullable String engine;

  @Option(
      names = "--network",
      paramLabel = "WHAT",
      defaultValue = "own",
      description =
          "Which network a run in the sandbox or in a container has: own (its own loopback, and"
              + " the world), none (its own loopback only) or host (this machine's) (default: own).")
  Isolation.Network network = Isolation.Network.OWN;

  @Option(
      names = "--sandbox-read",
      paramLabel = "PATH",
      description =
          "Lets a run in the sandbox read this file or folder, such as a tool chain below /home;"
              + " repeat it for more.")
  List<Path> readable = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "LIMITS",
      description =
          "What one run may use: memory=4G,processes=2000,cpu=150%%,disk=10G or some of these; all"
              + " but disk need control groups (default: no limits).")
  @Nullable String limits;

  /**
   * The isolation.
   *
   * @param usual the executor if none is given
   * @param hidden folders that a run in the sandbox cannot see, in addition to the worker's own
   */
  public Isolation isolation(Isolation.Executor usual, List<Path> hidden) {
    RunLimits most = limits == null ? RunLimits.NONE : RunLimits.parse(limits);
    Isolation.Executor what = executor == null ? usual : executor;
    check(what);
    Isolation.Containers containers = new Isolation.Containers(image, engine);
    return new Isolation(what, network, readable, hidden, most, containers);
  }

  private void check(Isolation.Executor what) {
    boolean isContained = what == Isolation.Executor.CONTAINER;
    if (isContained && image == null) {
      throw new InvalidInputException(
          "--executor container needs --image NAME, the image of commits that name none, such as"
              + " --image debian:13");
    }
    if (image != null && !isContained) {
      throw new InvalidInputException(
          "--image is of no use without --executor container; commits name theirs in .assay.yml");
    }
    if (image != null && !ImageNames.isOne(image)) {
      throw new InvalidInputException(
          "--image '%s' is not the name of a container image, such as debian:13".formatted(image));
    }
  }
}
