package ci.assay.cli.option;

import ci.assay.worker.settings.Isolation;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How runs are shut off from the machine and from each other. */
public final class IsolationOptions {

  @Option(
      names = "--executor",
      paramLabel = "WHAT",
      defaultValue = "auto",
      description =
          "What runs the commands: sandbox (bubblewrap), process, or auto, the sandbox where it"
              + " works and else process (default: auto).")
  Isolation.Executor executor = Isolation.Executor.AUTO;

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
              + " repeat it for more. The folders in PATH can be read anyway.")
  List<Path> readable = new ArrayList<>();

  /**
   * All of it.
   *
   * @param hidden folders that no run in the sandbox may see, beside the worker's own
   */
  public Isolation isolation(List<Path> hidden) {
    List<Path> all = new ArrayList<>(readable);
    for (String each : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (each.startsWith("/")) {
        all.add(Path.of(each));
      }
    }
    return new Isolation(executor, network, all, hidden);
  }
}
