package ci.assay.notify;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That of several coordinators on one folder one tells: the active one, and only when the one
 * before it has told its last. That one holds a lock, which ends with its process. Safe for use by
 * many threads.
 */
final class Turn implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Turn.class);

  private final Path file;
  private final BooleanSupplier isActive;
  private @Nullable FileChannel channel;
  private @Nullable FileLock lock;
  private boolean isSaid;

  Turn(Path file, BooleanSupplier isActive) {
    this.file = file;
    this.isActive = isActive;
  }

  /** Takes it if it is to be had; whether it is ours now. */
  synchronized boolean take() {
    if (!isActive.getAsBoolean()) {
      return false;
    }
    if (lock != null) {
      return true;
    }
    try {
      FileChannel opened =
          PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = opened;
      lock = opened.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // another part of this process has it
    } catch (IOException e) {
      log.warn("notifications wait, as '{}' cannot be locked: {}", file, e.getMessage());
    }
    if (lock == null) {
      release();
      if (!isSaid) {
        log.info("notifications wait until another coordinator has told its last");
        isSaid = true;
      }
      return false;
    }
    isSaid = false;
    return true;
  }

  /** Whether it still is ours. */
  synchronized boolean isOurs() {
    return lock != null && isActive.getAsBoolean();
  }

  /** Gives it back, when nothing of ours is on its way any more. */
  synchronized void release() {
    lock = null;
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.warn("'{}' cannot be closed: {}", file, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    release();
  }
}
