package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A slot's {@code TMPDIR}: empty at the start of each run, and emptied after it. The folder itself
 * stays while nobody has touched it, since to remove and make one costs more than to look.
 */
public final class TemporaryFolder {

  private final Path path;
  private @Nullable FileStamp made;

  public TemporaryFolder(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** Sees to it that it is there and empty. */
  public void prepare() throws IOException {
    if (made == null || !isEmptyAs(made)) {
      made = null;
      FileTree.delete(path);
      Files.createDirectories(path);
      made = FileStamp.of(path);
    }
  }

  /** Empties it. */
  public void clear() throws IOException {
    FileStamp before = made;
    made = null;
    if (before != null && isEmptyAs(before)) {
      made = before;
    } else {
      FileTree.delete(path);
    }
  }

  private boolean isEmptyAs(FileStamp before) throws IOException {
    if (!Files.exists(path) || !FileStamp.of(path).equals(before)) {
      return false;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      return !children.iterator().hasNext();
    }
  }
}
