package ci.assay.worker.sandbox;

import ci.assay.worker.command.RunPlaces;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file system of a run in the sandbox, as arguments for bubblewrap: the system, read-only; and
 * the run's work tree, home and temporary folder, the only writable ones. Their paths are the same
 * for every run, so that paths in tools' caches stay valid.
 *
 * @param hidden folders of the worker, and others, that no run may see
 * @param readable what may be read besides the system
 */
record Mounts(List<Path> hidden, List<Path> readable) {

  /** Folders that are new for each run, or belong to people and other programs. */
  private static final Set<String> NOT_MOUNTED =
      Set.of(
          "proc",
          "dev",
          "sys",
          "tmp",
          "run",
          "home",
          "root",
          "mnt",
          "media",
          "assay",
          "lost+found");

  /**
   * The arguments.
   *
   * @param places what the run may read and write
   * @param resolver the file that the run sees as {@code /etc/resolv.conf}; null for the system's
   */
  List<String> arguments(RunPlaces places, @Nullable Path resolver) throws IOException {
    List<String> all = new ArrayList<>(List.of("--tmpfs", "/"));
    addSystem(all);
    add(all, "--tmpfs", "/var/tmp");
    add(all, "--dev", "/dev");
    add(all, "--proc", "/proc");
    add(all, "--ro-bind", "/sys", "/sys");
    for (String folder : List.of("/run", "/home", "/root")) {
      add(all, "--tmpfs", folder);
    }
    for (Path each : hidden) {
      if (Files.isDirectory(each)) { // what is not there cannot be covered, and need not be
        add(all, "--tmpfs", each.toRealPath().toString());
      }
    }
    bind(all, places.temporary(), RunPlaces.TEMPORARY.toString());
    for (Path each : readable) {
      if (!isOfTheSystem(each)) {
        add(all, "--ro-bind-try", each.toString(), each.toString());
      }
    }
    for (Path each : places.readable()) {
      add(all, "--ro-bind", each.toString(), each.toString());
    }
    if (resolver != null) {
      add(all, "--ro-bind", resolver.toString(), realResolver().toString());
    }
    bind(all, places.tree(), RunPlaces.TREE.toString());
    bind(all, places.home(), RunPlaces.HOME.toString());
    add(all, "--chdir", RunPlaces.TREE.toString());
    return all;
  }

  /** Whether the run can read it without a mount of its own. */
  private boolean isOfTheSystem(Path path) {
    return path.getNameCount() > 0
        && !NOT_MOUNTED.contains(path.getName(0).toString())
        && hidden.stream().noneMatch(path::startsWith);
  }

  private static void addSystem(List<String> all) throws IOException {
    try (DirectoryStream<Path> top = Files.newDirectoryStream(Path.of("/"))) {
      for (Path each : top) {
        String name = each.toString();
        if (NOT_MOUNTED.contains(each.getFileName().toString())) {
          continue;
        }
        if (Files.isSymbolicLink(each)) {
          add(all, "--symlink", Files.readSymbolicLink(each).toString(), name);
        } else if (Files.isDirectory(each)) {
          add(all, "--ro-bind", name, name);
        }
      }
    }
  }

  /** Resolves a link, which often leads into a folder that is empty in the sandbox. */
  private static Path realResolver() {
    Path file = Path.of("/etc/resolv.conf");
    try {
      return Files.isSymbolicLink(file)
          ? Path.of("/etc").resolve(Files.readSymbolicLink(file)).normalize()
          : file;
    } catch (IOException e) {
      return file;
    }
  }

  private static void bind(List<String> all, @Nullable Path from, String to) {
    if (from == null) {
      add(all, "--tmpfs", to);
    } else {
      add(all, "--bind", from.toString(), to);
    }
  }

  private static void add(List<String> all, String... words) {
    all.addAll(List.of(words));
  }
}
