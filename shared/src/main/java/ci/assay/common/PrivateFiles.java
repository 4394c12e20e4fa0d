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
 * Creates files in private folders, see {@link PrivateFolder}, with mode 0640 less the umask:
 * readable for a group too, in case one was given access to the folder.
 */
public final class PrivateFiles {

  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

  private PrivateFiles() {}

  /** As {@link FileChannel#open(Path, OpenOption...)}; an existing file keeps its mode. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.copyOf(Arrays.asList(options)), MODE);
  }

  /**
   * Creates an empty file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the file exists
   */
  public static void create(Path file) throws IOException {
    Files.createFile(file, MODE);
  }
}
