package ci.assay.worker.checkout;

import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;

/**
 * Writes ordinary files. An existing file is overwritten, which is much cheaper for a file system
 * than removing it and creating another. A file with a second name (a hard link) is replaced
 * instead, because the other name may be anywhere and must keep its content.
 */
final class RegularFile {

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<OpenOption> OLD = Set.of(StandardOpenOption.WRITE);
  private static final String KIND_AND_NAMES = "unix:mode,nlink";

  private RegularFile() {}

  /** Creates a file that must not exist yet. */
  static SeekableByteChannel create(Path path, FileAttribute<?>... permissions) throws IOException {
    return Files.newByteChannel(path, NEW, permissions);
  }

  /**
   * Opens a file to overwrite it from its start; {@link #finish} truncates what is left of its old
   * content. It is not truncated first, because some file systems take that for a replacement and
   * then write the new content to the disk at once.
   *
   * @param mode its expected type and permissions; a file with another mode is replaced
   */
  static SeekableByteChannel replace(Path path, int mode, FileAttribute<?>... permissions)
      throws IOException {
    if (hasOneName(path, mode)) {
      return Files.newByteChannel(path, OLD);
    }
    FileTree.delete(path);
    return create(path, permissions);
  }

  private static boolean hasOneName(Path path, int mode) throws IOException {
    try {
      Map<String, Object> all =
          Files.readAttributes(path, KIND_AND_NAMES, LinkOption.NOFOLLOW_LINKS);
      return Integer.valueOf(mode).equals(all.get("mode"))
          && Integer.valueOf(1).equals(all.get("nlink"));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Writes the whole content. */
  static void write(SeekableByteChannel file, byte[] content) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      file.write(rest);
    }
  }

  /** Truncates the file at the end of its new content. */
  static void finish(SeekableByteChannel file) throws IOException {
    file.truncate(file.position());
  }
}
