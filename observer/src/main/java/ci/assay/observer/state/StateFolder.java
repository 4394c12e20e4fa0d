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

/** An observer's folder, locked while it is open, so that no two observers share one. */
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

  /** Which list of each repository's refs was sent last. */
  public Path refs() {
    return folder.resolve("refs");
  }

  /**
   * Makes the folder where it is missing, and locks it.
   *
   * @throws CannotRunException when it cannot be written or another observer has it open
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
