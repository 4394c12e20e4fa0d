package ci.assay.worker.limit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where this process can create control groups: below the group that it is in. In the unified
 * hierarchy (version 2, {@code cgroups(7)}) that group must have been delegated to it, as systemd
 * does with {@code Delegate=yes}; in separate hierarchies (version 1) the process must be root.
 */
public final class Hierarchies {

  private static final Logger log = LoggerFactory.getLogger(Hierarchies.class);
  private static final String PREFIX = "assay-";
  private static final String AVAILABLE = "cgroup.controllers";
  private static final String HELP =
      "start the worker as a systemd service with Delegate=yes, or as root, or leave --limit out";

  private final @Nullable Path unified;
  private final Map<String, Path> separate;

  private Hierarchies(@Nullable Path unified, Map<String, Path> separate) {
    this.unified = unified;
    this.separate = Map.copyOf(separate);
  }

  /**
   * Finds the hierarchies.
   *
   * @param mounted {@code /sys/fs/cgroup}
   * @param membership {@code /proc/self/cgroup}
   * @param controllers the required ones, from {@link ControlGroup#controllersOf}
   * @throws IOException when this process cannot use them; says what is required
   */
  public static Hierarchies find(Path mounted, Path membership, List<String> controllers)
      throws IOException {
    Map<String, String> own = new HashMap<>();
    for (String line : Files.readAllLines(membership)) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3) {
        for (String controller : parts[1].split(",", -1)) {
          own.put(controller, parts[2]);
        }
      }
    }
    Path unified = mounted.resolve(relative(own.getOrDefault("", "/")));
    if (Files.exists(mounted.resolve(AVAILABLE))) { // only version 2 is mounted
      return new Hierarchies(handedOver(unified, controllers), Map.of());
    }
    Map<String, Path> separate = new HashMap<>();
    for (String controller : controllers) {
      Path root = mounted.resolve(controller);
      Path group = root.resolve(relative(own.getOrDefault(controller, "/")));
      Path place =
          Files.isDirectory(group)
              ? group
              : root; // in a container the group is mounted as the root
      if (!Files.isDirectory(place) || !Files.isWritable(place)) {
        throw new IOException(
            "runs cannot be limited here, since this process may not make control groups in %s; %s"
                .formatted(place, HELP));
      }
      separate.put(controller, place);
    }
    return new Hierarchies(null, separate);
  }

  private static String relative(String path) {
    return path.replaceFirst("^/+", "");
  }

  private static Set<String> words(Path file) throws IOException {
    return Files.exists(file)
        ? Set.copyOf(Arrays.asList(Files.readString(file).strip().split("\\s+", -1)))
        : Set.of();
  }

  /**
   * Enables the controllers for children. Except for the root, the group must have no processes
   * then.
   */
  private static Path handedOver(Path group, List<String> controllers) throws IOException {
    Path control = group.resolve("cgroup.subtree_control");
    try {
      if (words(control).containsAll(controllers)) {
        return group;
      }
      Set<String> available = words(group.resolve(AVAILABLE));
      if (!available.containsAll(controllers)) {
        throw new IOException("it has the controllers %s only".formatted(available));
      }
      boolean isRoot =
          !Files.exists(group.resolve("cgroup.type")); // also the root of a cgroup namespace
      if (!isRoot) {
        moveOut(group);
      }
      Files.writeString(control, "+" + String.join(" +", controllers));
      return group;
    } catch (IOException e) {
      throw new IOException(
          "runs cannot be limited here, since the control group %s was not handed over (%s); %s"
              .formatted(group, e.getMessage(), HELP),
          e);
    }
  }

  /** Moves our processes into a child; fails if others are in the group, as in a login session. */
  private static void moveOut(Path group) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    Set<Long> ours =
        Stream.concat(Stream.of(self), self.descendants())
            .map(ProcessHandle::pid)
            .collect(Collectors.toSet());
    List<String> processes = Files.readAllLines(group.resolve("cgroup.procs"));
    for (String process : processes) {
      if (!ours.contains(Long.valueOf(process))) {
        throw new IOException("process " + process + ", which is not this worker's, is in it");
      }
    }
    Path child = Files.createDirectories(group.resolve("worker"));
    for (String process : processes) {
      try {
        Files.writeString(child.resolve("cgroup.procs"), process);
      } catch (IOException e) {
        log.debug("process {} is not moved: {}", process, e.toString()); // may have ended
      }
    }
    List<String> left = Files.readAllLines(group.resolve("cgroup.procs"));
    if (!left.isEmpty()) {
      throw new IOException("process " + left.get(0) + " cannot be moved out of it");
    }
  }

  /** Whether all controllers are in one hierarchy. */
  boolean isUnified() {
    return unified != null;
  }

  /**
   * Creates a group for a controller.
   *
   * @param user a word that no other group of this process has
   */
  Path child(String controller, String user) throws IOException {
    Path parent = unified != null ? unified : separate.get(controller);
    if (parent == null) {
      throw new IOException("there is no control group for " + controller);
    }
    removeThoseOfTheDead(parent);
    Path group = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + user);
    return Files.createDirectories(group);
  }

  /** Removes groups that killed workers have left. */
  private static void removeThoseOfTheDead(Path parent) throws IOException {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path each : groups) {
        String process = each.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (process.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(process)).isEmpty()) {
          removeIfEmpty(each);
        }
      }
    }
  }

  private static void removeIfEmpty(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      log.debug("{} stays: {}", group, e.toString());
    }
  }
}
