package ci.assay.cli;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Removes the signatures from the distribution's jars. Java does not put signed classes into its
 * start-up archive, and checks each one when it loads it, although nobody checks who signed them.
 */
final class UnsignedJars {

  private static final String SIGNATURE = "/META-INF/[^/]*\\.(SF|RSA|DSA|EC)";

  private UnsignedJars() {}

  /** Called by the launcher with the folder of the jars. */
  public static void main(String[] arguments) throws IOException {
    try (Stream<Path> jars = Files.list(Path.of(arguments[0]))) {
      for (Path jar : jars.filter(each -> each.toString().endsWith(".jar")).toList()) {
        unsign(jar);
      }
    }
  }

  private static void unsign(Path jar) throws IOException {
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      for (Path signature : signatures(content.getPath("/META-INF"))) {
        Files.delete(signature);
      }
    }
  }

  private static List<Path> signatures(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(SIGNATURE)).toList();
    }
  }
}
