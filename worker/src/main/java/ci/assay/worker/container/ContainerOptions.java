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
 * What a container of a run is started with, as arguments of {@code docker run} or {@code podman
 * run}: nothing of the machine is in it but the run's own folders, and no socket of the engine.
 *
 * @param engine what the engine is
 * @param network what a run reaches
 * @param ownNetwork the name of the network that is this slot's alone; null for the engine's usual
 * @param limits what a run may use
 * @param supervisor mounted where no run can write it
 * @param users mounted as {@code /etc/passwd}
 */
record ContainerOptions(
    EngineInfo engine,
    Network network,
    @Nullable String ownNetwork,
    RunLimits limits,
    SupervisorFiles supervisor,
    Path users) {

  /** The supervisor, and its child before that is the command. */
  private static final int SUPERVISION = 2;

  private static final String IN_MEMORY = "rw,nosuid,nodev,exec,mode=1777,size=1g";

  /** Variables by which an image could change how the supervisor is loaded. */
  private static final List<String> LOADING =
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
   * All of them, the image and what it begins with at the end.
   *
   * @param labels as options
   */
  List<String> arguments(String name, List<String> labels, RunPlaces places, Image image)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("run", "--rm", "--interactive", "--pull=never"));
    all.addAll(List.of("--name", name, "--hostname", "assay"));
    all.addAll(labels);
    addWalls(all);
    addLimits(all);
    addMounts(all, places);
    LOADING.forEach(each -> all.addAll(List.of("--env", each)));
    all.addAll(List.of("--workdir", "/", "--entrypoint", SupervisorFiles.entryPoint(), image.id()));
    all.addAll(SupervisorFiles.loading());
    return all;
  }

  private void addWalls(List<String> all) throws IOException {
    all.addAll(List.of("--user", user(engine)));
    if (engine.isPodman() && engine.isRootless()) {
      all.add("--userns=keep-id");
    } else if (engine.isRemapped()) {
      all.add("--userns=host");
    }
    all.addAll(List.of("--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
    if (Files.exists(SELINUX)) { // else no folder of the worker can be read
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

  /** So that what a run writes belongs to the worker. */
  static String user(EngineInfo engine) throws IOException {
    if (engine.isRootless() && !engine.isPodman()) {
      return "0:0"; // who is the worker's user outside
    }
    Path self = Path.of("/proc/self");
    return Files.getAttribute(self, "unix:uid") + ":" + Files.getAttribute(self, "unix:gid");
  }

  private void addLimits(List<String> all) {
    limits
        .memory()
        .ifPresent(bytes -> all.addAll(List.of("--memory=" + bytes, "--memory-swap=" + bytes)));
    limits.processes().ifPresent(most -> all.add("--pids-limit=" + (most + SUPERVISION)));
    limits
        .cpu()
        .ifPresent(percent -> all.add("--cpus=%d.%02d".formatted(percent / 100, percent % 100)));
  }

  private void addMounts(List<String> all, RunPlaces places) {
    for (String each : List.of("/run", "/var/tmp")) {
      all.addAll(List.of("--tmpfs", each + ":" + IN_MEMORY));
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
      all.addAll(List.of("--tmpfs", to + ":" + IN_MEMORY));
      return;
    }
    String mount = "type=bind,%s,%s".formatted(field("source=" + from), field("target=" + to));
    all.addAll(List.of("--mount", isReadOnly ? mount + ",readonly" : mount));
  }

  /** Both engines read them as a line of comma-separated values. */
  private static String field(String text) {
    boolean isPlain = text.chars().noneMatch(each -> each == ',' || each == '"' || each == '\n');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
