package ci.assay.cli.demo;

import ci.assay.cli.console.IoTrouble;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.common.PrivateFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a demo writes everything. */
public final class DemoFolder {

  private DemoFolder() {}

  /**
   * A new one in the system's temporary folder.
   *
   * @throws CannotRunException when it cannot be made
   */
  public static Path temporary() {
    try {
      return Files.createTempDirectory("assay-demo-");
    } catch (IOException e) {
      throw new CannotRunException("cannot make a temporary folder: " + IoTrouble.inWords(e), e);
    }
  }

  /**
   * The folder that a person named, made where it is missing.
   *
   * @throws InvalidInputException when something is in it already
   * @throws CannotRunException when it cannot be made
   */
  public static Path of(Path named) {
    if (Files.exists(named) && !Files.isDirectory(named)) {
      throw new InvalidInputException("--dir: '" + named + "' is a file, not a folder");
    }
    try {
      PrivateFolder.take(named, unused -> {});
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(named)) {
        if (inside.iterator().hasNext()) {
          throw new InvalidInputException("--dir: '" + named + "' is not empty; name a new folder");
        }
      }
      return named;
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot make folder '" + named + "': " + IoTrouble.inWords(e), e);
    }
  }
}
