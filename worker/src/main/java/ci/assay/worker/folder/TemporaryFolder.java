package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A slot's {@code TMPDIR}: empty at the start of each run, and emptied after it. The folder itself
 * is kept as long as it is unchanged, because a sandbox that is already prepared for the next run
 * may have it mounted. For use by one thread at a time.
 */
public final class TemporaryFolder {

  private static final String PROBE = ".assay-probe";

  private final Path path;

  /** Its stamp when it was last known to be empty; null when it must be created again. */
  private @Nullable FileStamp made;

  public TemporaryFolder(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** Makes sure that the folder exists and is empty. */
  public void prepare() throws IOException {
    if (!isEmptied()) {
      FileTree.delete(path);
      Files.createDirectories(path);
      made = FileStamp.of(path);
    }
  }

  /** Empties or removes the folder. */
  public void clear() throws IOException {
    if (!isEmptied()) {
      FileTree.delete(path);
    }
  }

  /**
   * Empties the folder in place; false when a run replaced or changed it, so that it must not stay.
   */
  private boolean isEmptied() throws IOException {
    FileStamp before = made;
    made = null;
    if (before == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    FileStamp now = FileStamp.of(path);
    if (now.equals(before) && isEmpty()) {
      made = before;
      return true;
    }
    if (!isSameFolder(now, before)) {
      return false;
    }
    FileTree.requireNoMountAt(path, MountTable.read());
    FileTree.empty(path);
    if (!isEmpty() || modeOfFolderInIt() != before.mode()) {
      return false;
    }
    made = FileStamp.of(path);
    return isSameFolder(made, before);
  }

  private static boolean isSameFolder(FileStamp now, FileStamp before) {
    return now.trace().isSameDirectoryAs(before)
        && now.mode() == before.mode()
        && now.user() == before.user()
        && now.group() == before.group();
  }

  /** Differs from the folder's own mode if a run set a default ACL that new files inherit. */
  private int modeOfFolderInIt() throws IOException {
    Path probe = Files.createDirectory(path.resolve(PROBE));
    int mode = FileStamp.of(probe).mode();
    Files.delete(probe);
    return mode;
  }

  private boolean isEmpty() throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      return !children.iterator().hasNext();
    }
  }
}
