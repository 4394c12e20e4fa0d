package ci.assay.cli.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Words errors of the file system, briefly. */
public final class IoTrouble {

  private IoTrouble() {}

  /** The reason of an error: {@code not a directory}, {@code no permission}. */
  public static String inWords(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "a file has that name";
    }
    if (failure instanceof NoSuchFileException) {
      return "it is not there";
    }
    String reason = failure instanceof FileSystemException specific ? specific.getReason() : null;
    return String.valueOf(reason != null ? reason : failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
