package ci.assay.cli.demo;

import ci.assay.cli.console.IoTrouble;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.common.PrivateFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Creates the folder for the files of a demo. */
public final class DemoFolder {

  private DemoFolder() {}

  /**
   * A new folder in the system's temporary folder.
   *
   * @throws CannotRunException when it cannot be created
   */
  public static Path temporary() {
    try {
      return Files.createTempDirectory("assay-demo-");
    } catch (IOException e) {
      throw new CannotRunException("cannot make a temporary folder: " + IoTrouble.inWords(e), e);
    }
  }

  /**
   * The folder that a person named; created if it is missing.
   *
   * @throws InvalidInputException when it is not empty
   * @throws CannotRunException when it cannot be created
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
