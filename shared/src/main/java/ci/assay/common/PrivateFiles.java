package ci.assay.common;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * Makes the files in our private folders, see {@link PrivateFolder}: for this user, and for a group
 * that was let into the folder to read, whatever the process's file mode mask says.
 */
public final class PrivateFiles {

  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

  private PrivateFiles() {}

  /** As {@link FileChannel#open(Path, OpenOption...)}; one that is there keeps its mode. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.copyOf(Arrays.asList(options)), MODE);
  }

  /**
   * Makes an empty file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one
   */
  public static void create(Path file) throws IOException {
    Files.createFile(file, MODE);
  }
}
