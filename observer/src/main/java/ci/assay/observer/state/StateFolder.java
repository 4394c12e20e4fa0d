package ci.assay.observer.state;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFiles;
import ci.assay.common.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An observer's state folder, locked while it is open, so that no two observers use the same one.
 */
public final class StateFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StateFolder.class);

  private final Path folder;
  private @Nullable FileChannel locked;

  public StateFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  public Path mirrors() {
    return folder.resolve("mirrors");
  }

  public Path cursors() {
    return folder.resolve("cursors");
  }

  /** The folder with the last sequence number of each repository's ref lists. */
  public Path refs() {
    return folder.resolve("refs");
  }

  /**
   * Creates the folder when it does not exist, and locks it.
   *
   * @throws CannotRunException when the folder cannot be written, or another observer uses it
   */
  public void open() {
    try {
      PrivateFolder.take(folder, log::warn, "lock", "cursors");
      FileChannel channel =
          PrivateFiles.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        throw new CannotRunException(
            "state folder %s is used by another observer; give this one its own with --state"
                .formatted(folder));
      }
      locked = channel;
    } catch (IOException e) {
      throw new CannotRunException(
          "state folder %s cannot be written: %s; give another with --state".formatted(folder, e),
          e);
    }
  }

  @Override
  public void close() {
    FileChannel channel = locked;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new CannotRunException("state folder " + folder + " cannot be closed: " + e, e);
      }
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
