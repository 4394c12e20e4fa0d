package ci.assay.common;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Creates folders that no other user of the machine can read, since they may contain data of
 * private repositories. An administrator may give a group access with {@code chmod g+rx}, which is
 * kept.
 */
public final class PrivateFolder {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final int OTHERS = 7;

  /** The sticky bit, of folders that are meant for everybody, such as /tmp. */
  private static final int STICKY = 0x200;

  private static final String MODE = "unix:mode";
  private static final String UID = "unix:uid";

  private PrivateFolder() {}

  /**
   * Creates a folder, and the missing ones above it, with access for this user only; an existing
   * folder is left as it is.
   *
   * @throws IOException when the folder cannot be created
   */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder.toAbsolutePath(), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
  }

  /**
   * As {@link #make}, but also removes the access of other users to an existing folder when it is
   * clearly ours: it belongs to this user, and is empty or contains one of the marks. Any other
   * folder keeps its mode.
   *
   * @param notice receives one line when other users can still read the folder
   * @param marks names of files or folders that only Assay creates
   * @throws IOException when the folder cannot be created
   */
  public static void take(Path folder, Consumer<String> notice, String... marks)
      throws IOException {
    make(folder);
    int mode = (int) Files.getAttribute(folder, MODE);
    if ((mode & OTHERS) != 0 && !shutOut(folder, mode, marks)) {
      notice.accept(
          "other users of this machine can read %s; to prevent that: chmod o-rwx %s"
              .formatted(folder, folder));
    }
  }

  private static boolean shutOut(Path folder, int mode, String... marks) {
    try {
      if ((mode & STICKY) != 0 || !isOurs(folder, marks)) {
        return false;
      }
      Files.setAttribute(folder, MODE, mode & ~OTHERS);
      return true;
    } catch (IOException e) {
      return false; // the caller reports it
    }
  }

  private static boolean isOurs(Path folder, String... marks) throws IOException {
    Object user = Files.getAttribute(Path.of("/proc/self"), UID);
    if (!user.equals(Files.getAttribute(folder, UID))) {
      return false;
    }
    if (Arrays.stream(marks).anyMatch(mark -> Files.exists(folder.resolve(mark)))) {
      return true;
    }
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
      return !inside.iterator().hasNext();
    }
  }
}
