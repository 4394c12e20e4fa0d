package ci.assay.cli.option;

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
          "What runs the commands: sandbox (bubblewrap), process, or auto, the sandbox where it"
              + " works and else process (default: auto; of assay run, process).")
  Isolation.@Nullable Executor executor;

  @Option(
      names = "--network",
      paramLabel = "WHAT",
      defaultValue = "own",
      description =
          "Which network a run in the sandbox has: own (its own loopback, and the world through"
              + " slirp4netns), none (its own loopback only) or host (this machine's) (default: own).")
  Isolation.Network network = Isolation.Network.OWN;

  @Option(
      names = "--sandbox-read",
      paramLabel = "PATH",
      description =
          "Lets a run in the sandbox read this file or folder, as a tool chain below /home;"
              + " repeat it for more.")
  List<Path> readable = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "LIMITS",
      description =
          "What one run may use: memory=4G,processes=2000,cpu=150%%,disk=10G or some of these; all"
              + " but disk by control groups (default: no limits).")
  @Nullable String limits;

  /**
   * The isolation.
   *
   * @param usual the executor if none is given
   * @param hidden folders that a run in the sandbox cannot see, in addition to the worker's own
   */
  public Isolation isolation(Isolation.Executor usual, List<Path> hidden) {
    RunLimits most = limits == null ? RunLimits.NONE : RunLimits.parse(limits);
    return new Isolation(executor == null ? usual : executor, network, readable, hidden, most);
  }
}
