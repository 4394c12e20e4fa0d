package ci.assay.program;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs on this machine. */
public final class Programs {

  private Programs() {}

  /**
   * Where a program is; empty when it is not installed. Folders in {@code PATH} that depend on the
   * current one do not count: what is there may be anybody's.
   *
   * @param name its name, or its path if that has a slash
   */
  public static Optional<Path> find(String name, Map<String, String> environment) {
    Stream<Path> candidates =
        name.contains("/")
            ? Stream.of(Path.of(name))
            : Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name));
    return candidates
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
