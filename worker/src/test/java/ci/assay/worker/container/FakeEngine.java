package ci.assay.worker.container;

import ci.assay.common.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A program in the place of docker, for machines that have none: {@code fake-engine.py}. It runs
 * commands by bubblewrap.
 *
 * @param folder with all that it keeps
 */
record FakeEngine(Path folder) {

  static FakeEngine in(Path folder) throws IOException {
    Files.createDirectories(folder);
    FakeEngine engine = new FakeEngine(folder);
    Files.writeString(engine.program(), Scripts.load(FakeEngine.class, "fake-engine.py"));
    Files.setPosixFilePermissions(engine.program(), PosixFilePermissions.fromString("rwxr-xr-x"));
    return engine;
  }

  Path program() {
    return folder.resolve("docker");
  }

  /** Makes it as the file of this name says: {@code down}, {@code hangs}, {@code pull-waits}. */
  void set(String what) throws IOException {
    Files.writeString(folder.resolve(what), "");
  }

  void unset(String what) throws IOException {
    Files.deleteIfExists(folder.resolve(what));
  }

  /** What its registry answers from now on. */
  void pullSays(String errors) throws IOException {
    Files.writeString(folder.resolve("pull-says"), errors);
  }

  /** The images that it was told to pull, one after the other. */
  List<String> pulls() throws IOException {
    return lines("pulls");
  }

  /** The arguments of each container, as JSON. */
  List<String> runs() throws IOException {
    return lines("runs");
  }

  /** Names of what there is: {@code containers} or {@code networks}. */
  List<String> all(String kind) throws IOException {
    Path place = folder.resolve(kind);
    if (!Files.exists(place)) {
      return List.of();
    }
    try (var files = Files.list(place)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> lines(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }
}
