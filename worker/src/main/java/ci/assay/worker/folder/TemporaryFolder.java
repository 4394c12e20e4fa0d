package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A slot's {@code TMPDIR}: empty at the start of each run, and emptied after it. The folder itself
 * stays while it is as it was made, since a sandbox for the next run may be up that shows this very
 * folder. Used by one thread at a time.
 */
public final class TemporaryFolder {

  private static final String PROBE = ".assay-probe";

  private final Path path;

  /** Its stamp when it was known to be empty; null when it is to be made anew. */
  private @Nullable FileStamp made;

  public TemporaryFolder(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** Sees to it that it is there and empty. */
  public void prepare() throws IOException {
    if (!isEmptied()) {
      FileTree.delete(path);
      Files.createDirectories(path);
      made = FileStamp.of(path);
    }
  }

  /** Empties it. */
  public void clear() throws IOException {
    if (!isEmptied()) {
      FileTree.delete(path);
    }
  }

  /** Empties it where it is; false when a run made another folder of it, which must not stay. */
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

  /** Not the folder's own where a run left rights that all that is made in it inherits. */
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
