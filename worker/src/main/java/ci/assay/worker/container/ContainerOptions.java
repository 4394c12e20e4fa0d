package ci.assay.worker.container;

import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code docker run} or {@code podman run} for the container of a run. Of the
 * machine's files, the container has only the run's own folders, and no socket of the engine.
 *
 * @param engine the kind and version of the engine
 * @param network the kind of network access
 * @param ownNetwork the network of this slot; null for the engine's default network
 * @param limits what a run may use
 * @param supervisor mounted read-only
 * @param users mounted read-only as {@code /etc/passwd}
 */
record ContainerOptions(
    EngineInfo engine,
    Network network,
    @Nullable String ownNetwork,
    RunLimits limits,
    SupervisorFiles supervisor,
    Path users) {

  /** The supervisor, and its child process until that executes the command. */
  private static final int SUPERVISOR_PROCESSES = 2;

  private static final String TMPFS_OPTIONS = "rw,nosuid,nodev,exec,mode=1777,size=1g";

  /** Overrides variables with which an image could change how the supervisor is loaded. */
  private static final List<String> LOADER_VARIABLES =
      List.of(
          "LD_PRELOAD=",
          "LD_LIBRARY_PATH=",
          "LD_AUDIT=",
          "PERL5OPT=",
          "PERL5LIB=",
          "PERL5DB=",
          "LC_ALL=C");

  private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

  /**
   * All arguments, with the image and the arguments of its entry point at the end.
   *
   * @param labels the options that label the container
   */
  List<String> arguments(String name, List<String> labels, RunPlaces places, Image image)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("run", "--rm", "--interactive", "--pull=never"));
    all.addAll(List.of("--name", name, "--hostname", "assay"));
    all.addAll(labels);
    addIsolation(all);
    addLimits(all);
    addMounts(all, places);
    LOADER_VARIABLES.forEach(each -> all.addAll(List.of("--env", each)));
    all.addAll(List.of("--workdir", "/", "--entrypoint", SupervisorFiles.entryPoint(), image.id()));
    all.addAll(SupervisorFiles.loaderArguments());
    return all;
  }

  private void addIsolation(List<String> all) throws IOException {
    all.addAll(List.of("--user", user(engine)));
    if (engine.isPodman() && engine.isRootless()) {
      all.add("--userns=keep-id");
    } else if (engine.isRemapped()) {
      all.add("--userns=host");
    }
    all.addAll(List.of("--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
    if (Files.exists(SELINUX)) { // otherwise SELinux denies access to mounted folders
      all.addAll(List.of("--security-opt", "label=disable"));
    }
    all.addAll(List.of("--read-only", "--ipc=private", "--shm-size=1g", "--log-driver=none"));
    switch (network) {
      case NONE -> all.add("--network=none");
      case HOST -> all.add("--network=host");
      case OWN -> {
        if (ownNetwork != null) {
          all.add("--network=" + ownNetwork);
        }
      }
    }
  }

  /** The user and group in the container, so that files of a run belong to the worker's user. */
  static String user(EngineInfo engine) throws IOException {
    if (engine.isRootless() && !engine.isPodman()) {
      return "0:0"; // which is the worker's user outside the container
    }
    Path self = Path.of("/proc/self");
    return Files.getAttribute(self, "unix:uid") + ":" + Files.getAttribute(self, "unix:gid");
  }

  private void addLimits(List<String> all) {
    limits
        .memory()
        .ifPresent(bytes -> all.addAll(List.of("--memory=" + bytes, "--memory-swap=" + bytes)));
    limits.processes().ifPresent(max -> all.add("--pids-limit=" + (max + SUPERVISOR_PROCESSES)));
    limits
        .cpu()
        .ifPresent(percent -> all.add("--cpus=%d.%02d".formatted(percent / 100, percent % 100)));
  }

  private void addMounts(List<String> all, RunPlaces places) {
    for (String each : List.of("/run", "/var/tmp")) {
      all.addAll(List.of("--tmpfs", each + ":" + TMPFS_OPTIONS));
    }
    add(all, supervisor.folder(), SupervisorFiles.INSIDE, true);
    add(all, users, "/etc/passwd", true);
    places.readable().forEach(each -> add(all, each, each.toString(), true));
    add(all, places.tree(), RunPlaces.TREE.toString(), false);
    add(all, places.home(), RunPlaces.HOME.toString(), false);
    add(all, places.temporary(), RunPlaces.TEMPORARY.toString(), false);
  }

  private static void add(List<String> all, @Nullable Path from, String to, boolean isReadOnly) {
    if (from == null) {
      all.addAll(List.of("--tmpfs", to + ":" + TMPFS_OPTIONS));
      return;
    }
    String mount = "type=bind,%s,%s".formatted(field("source=" + from), field("target=" + to));
    all.addAll(List.of("--mount", isReadOnly ? mount + ",readonly" : mount));
  }

  /** Quotes a field of {@code --mount}, which both engines read as a line of CSV. */
  private static String field(String text) {
    boolean isPlain = text.chars().noneMatch(each -> each == ',' || each == '"' || each == '\n');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
