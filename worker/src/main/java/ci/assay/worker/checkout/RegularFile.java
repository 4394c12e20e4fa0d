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
 * Writes ordinary files. One that is there is written over, which costs a file system far less than
 * to remove it and make another; unless it has a second name (a hard link), which may be anywhere
 * and keeps its content.
 */
final class RegularFile {

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<OpenOption> OLD = Set.of(StandardOpenOption.WRITE);
  private static final String KIND_AND_NAMES = "unix:mode,nlink";

  private RegularFile() {}

  /** Makes a file that must not be there yet. */
  static SeekableByteChannel create(Path path, FileAttribute<?>... permissions) throws IOException {
    return Files.newByteChannel(path, NEW, permissions);
  }

  /**
   * Opens a file to be written anew, from its start; {@link #finish} takes off what is left of its
   * old content. The file's old content is not cut off first: a file system that takes that for a
   * replacement writes the new one to the disk at once.
   *
   * @param mode what kind of file it is and what one may do with it; any other one is replaced
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

  /** Writes all of this. */
  static void write(SeekableByteChannel file, byte[] content) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      file.write(rest);
    }
  }

  /** Ends the file where its new content ends. */
  static void finish(SeekableByteChannel file) throws IOException {
    file.truncate(file.position());
  }
}
