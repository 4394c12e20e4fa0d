package ci.assay.worker.container;

import ci.assay.program.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A replacement for docker on machines without an engine: {@code fake-engine.py}, which runs
 * commands with bubblewrap.
 *
 * @param folder the folder with its state
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

  /** Sets a mode of failure: {@code down}, {@code hangs} or {@code pull-waits}. */
  void set(String what) throws IOException {
    Files.writeString(folder.resolve(what), "");
  }

  void unset(String what) throws IOException {
    Files.deleteIfExists(folder.resolve(what));
  }

  /** Sets the answer of its registry. */
  void pullSays(String errors) throws IOException {
    Files.writeString(folder.resolve("pull-says"), errors);
  }

  /** The names of the pulled images, in order. */
  List<String> pulls() throws IOException {
    return lines("pulls");
  }

  /** The arguments of each container, as JSON. */
  List<String> runs() throws IOException {
    return lines("runs");
  }

  /** The names of its {@code containers} or {@code networks}. */
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
