package ci.assay.worker.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a run can leave on a folder besides its mode. A default access control list decides which
 * permissions everything has that is created in the folder, so that a later run finds files that it
 * cannot read or execute. Java cannot read such a list, so a file is created to see what becomes of
 * its permissions.
 */
final class FolderExtras {

  private static final int ALL = 0777;
  private static final int UMASK = umask();

  private FolderExtras() {}

  /**
   * Whether there may be something: also when that cannot be found out. The folder must have a mode
   * with which its owner may write to it.
   */
  static boolean areOn(Path folder) {
    return hasDefaultList(folder) || hasAttributes(folder);
  }

  private static boolean hasDefaultList(Path folder) {
    Path probe = folder.resolve(".assay-" + UUID.randomUUID());
    try {
      Files.createFile(
          probe,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
      Object mode = Files.getAttribute(probe, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      Files.delete(probe);
      return ((Integer) mode & ALL) != (ALL & ~UMASK);
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean hasAttributes(Path folder) {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            folder, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      return view != null && !view.list().isEmpty();
    } catch (IOException e) {
      return false; // this file system has none
    }
  }

  /** The file mode creation mask of this process, as the kernel tells it since Linux 4.7. */
  private static int umask() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      Optional<String> umask = lines.filter(line -> line.startsWith("Umask:")).findFirst();
      return Integer.parseInt(umask.orElse("Umask: 22").substring("Umask:".length()).strip(), 8);
    } catch (IOException | NumberFormatException e) {
      return 022;
    }
  }
}
