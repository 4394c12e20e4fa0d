package ci.assay.cli.doctor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Programs on this machine. */
final class Programs {

  private Programs() {}

  /** Where a shell would find it; null when it is not in {@code PATH}. */
  static @Nullable Path find(String name, Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(name);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }
}
