package ci.assay.worker.limit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where control groups of this process's own can be made: below the group that it is in. In the
 * unified hierarchy (version 2, {@code cgroups(7)}) that must have been handed over to it, as
 * systemd does with {@code Delegate=yes}; in separate ones (version 1) it takes root.
 */
public final class Hierarchies {

  private static final Logger log = LoggerFactory.getLogger(Hierarchies.class);
  private static final String PREFIX = "assay-";
  private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");
  private static final String HELP =
      "start the worker as a systemd service with Delegate=yes, or as root, or leave --limit out";

  private final @Nullable Path unified;
  private final Map<String, Path> separate;

  private Hierarchies(@Nullable Path unified, Map<String, Path> separate) {
    this.unified = unified;
    this.separate = Map.copyOf(separate);
  }

  /**
   * Finds them.
   *
   * @param mounted {@code /sys/fs/cgroup}
   * @param membership {@code /proc/self/cgroup}
   * @throws IOException when there are none that this process could use
   */
  public static Hierarchies find(Path mounted, Path membership) throws IOException {
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
    if (hasAll(unified)) {
      return new Hierarchies(handedOver(unified, mounted), Map.of());
    }
    Map<String, Path> separate = new HashMap<>();
    for (String controller : CONTROLLERS) {
      Path root = mounted.resolve(controller);
      Path group = root.resolve(relative(own.getOrDefault(controller, "/")));
      Path place = Files.isDirectory(group) ? group : root; // in a container it is the root
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

  private static boolean hasAll(Path group) throws IOException {
    return words(group.resolve("cgroup.controllers")).containsAll(CONTROLLERS);
  }

  private static Set<String> words(Path file) throws IOException {
    return Files.exists(file)
        ? Set.copyOf(Arrays.asList(Files.readString(file).strip().split("\\s+", -1)))
        : Set.of();
  }

  /** A group whose children have controllers must have no process itself, unless it is the root. */
  private static Path handedOver(Path group, Path root) throws IOException {
    Path control = group.resolve("cgroup.subtree_control");
    try {
      if (words(control).containsAll(CONTROLLERS)) {
        return group;
      }
      if (!group.normalize().equals(root.normalize())) {
        Path ours = Files.createDirectories(group.resolve("worker"));
        for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
          Files.writeString(ours.resolve("cgroup.procs"), process);
        }
      }
      List<String> wanted = new ArrayList<>();
      CONTROLLERS.forEach(each -> wanted.add("+" + each));
      Files.writeString(control, String.join(" ", wanted));
      return group;
    } catch (IOException e) {
      throw new IOException(
          "runs cannot be limited here, since the control group %s was not handed over (%s); %s"
              .formatted(group, e.getMessage(), HELP),
          e);
    }
  }

  /** Whether all controllers are in one. */
  boolean isUnified() {
    return unified != null;
  }

  /**
   * Makes a group for a controller.
   *
   * @param user a word that no other of this process's groups has
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

  /** A worker that was killed leaves its groups. */
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
