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
 * Ensures that of several coordinators on one results folder only one sends notifications: the
 * active one, and only after its predecessor's last request has ended. The holder has a lock on a
 * file, which the operating system releases when the process ends. Safe for use by many threads.
 */
final class SenderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SenderLock.class);

  private final Path file;
  private final BooleanSupplier isActive;
  private @Nullable FileChannel channel;
  private @Nullable FileLock lock;
  private boolean isWaitLogged;

  SenderLock(Path file, BooleanSupplier isActive) {
    this.file = file;
    this.isActive = isActive;
  }

  /** Acquires the lock if it is free; returns whether this coordinator holds it now. */
  synchronized boolean tryAcquire() {
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
      lock = null; // another notifier in this process holds it
    } catch (IOException e) {
      log.warn("notifications wait: '{}' cannot be locked: {}", file, e.getMessage());
    }
    if (lock == null) {
      release();
      if (!isWaitLogged) {
        log.info("notifications wait until the previous coordinator has finished its last request");
        isWaitLogged = true;
      }
      return false;
    }
    isWaitLogged = false;
    return true;
  }

  /** Whether this coordinator holds the lock and is still the active one. */
  synchronized boolean isHeld() {
    return lock != null && isActive.getAsBoolean();
  }

  /** Releases the lock; to be called only when no request of ours is in progress. */
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
