package ci.assay.cli.option;

import ci.assay.worker.settings.Isolation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How runs are shut off from the machine and from each other. */
public final class IsolationOptions {

  @Option(
      names = "--executor",
      paramLabel = "WHAT",
      defaultValue = "process",
      description =
          "What runs the commands: process, sandbox (bubblewrap), or auto, the sandbox where it"
              + " works (default: process).")
  Isolation.Executor executor = Isolation.Executor.PROCESS;

  @Option(
      names = "--network",
      paramLabel = "WHAT",
      defaultValue = "own",
      description =
          "What a run in the sandbox reaches: own, its own loopback and the world by slirp4netns;"
              + " none, its own loopback; or host, all that this machine does (default: own).")
  Isolation.Network network = Isolation.Network.OWN;

  @Option(
      names = "--sandbox-read",
      paramLabel = "PATH",
      description =
          "Lets a run in the sandbox read this file or folder, as a tool chain below /home;"
              + " repeat it for more.")
  List<Path> readable = new ArrayList<>();

  /**
   * All of it.
   *
   * @param hidden folders that no run in the sandbox may see, beside the worker's own
   */
  public Isolation isolation(List<Path> hidden) {
    return new Isolation(executor, network, readable, hidden);
  }
}
