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
 * Makes folders that no other user of the machine may look into: what is kept there may tell of
 * private repositories. A group may be let in by hand, with {@code chmod g+rx}; that is left alone.
 */
public final class PrivateFolder {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final int OTHERS = 7;

  /** Of folders that are made for everybody, as /tmp. */
  private static final int STICKY = 0x200;

  private static final String MODE = "unix:mode";
  private static final String UID = "unix:uid";

  private PrivateFolder() {}

  /**
   * Makes a folder, and those above it that are missing, for this user alone; one that is there is
   * left as it is.
   *
   * @throws IOException when it can't be made
   */
  public static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder.toAbsolutePath(), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
  }

  /**
   * As {@link #make}; and from a folder that is there others are shut out when it is this user's,
   * and is empty or has one of the marks in it. From one that is not, or cannot be changed, they
   * are not.
   *
   * @param notice is told so, in one line
   * @param marks names of files or folders that only we make
   * @throws IOException when it can't be made
   */
  public static void take(Path folder, Consumer<String> notice, String... marks)
      throws IOException {
    make(folder);
    int mode = (int) Files.getAttribute(folder, MODE);
    if ((mode & OTHERS) != 0 && !shutOut(folder, mode, marks)) {
      notice.accept(
          "other users of this machine may look into %s; if they shall not: chmod o-rwx %s"
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
      return false; // which is said
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
