package ci.assay.coordinator.store;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes failures of the disk from failures of a single file: the disk has failed only when
 * a probe write fails, too. Safe for use by many threads.
 */
public final class DiskWatch {

  private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The system's message for a full disk (ENOSPC). */
  private static final String NO_SPACE = "No space left on device";

  /** As large as most files that we write, so that a probe fails on a nearly full disk, too. */
  private static final int PROBE_BYTES = 1024 * 1024;

  private final ResultsFolder folders;
  private final Disk disk;
  private boolean isDown;

  public DiskWatch(ResultsFolder folders, Disk disk) {
    this.folders = folders;
    this.disk = disk;
  }

  /**
   * Creates the results folder when it does not exist, and tests it with a probe write; on a full
   * disk, waits until there is room.
   *
   * @throws CannotRunException when the folder cannot be written, or its file system lacks a
   *     feature that we need
   */
  public void requireWritable() throws InterruptedException {
    if (!isThereRoom()) {
      log.error("the disk of {} is full; starting when there is room", folders.root());
      do {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      } while (!isThereRoom());
    }
  }

  /** Tests the folder; returns false when only space is lacking. */
  private boolean isThereRoom() {
    Path linked = own("probe-link");
    try {
      PrivateFolder.take(folders.root(), log::warn, ".tmp", ".store", ".index", ".tokens");
      Files.createDirectories(folders.temporary());
      probe();
      disk.create(linked, out -> {});
      Files.delete(linked);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      if (explain(e).contains(NO_SPACE)) {
        return false;
      }
      throw new CannotRunException(
          "cannot write results in %s: %s; make it writable or give another folder with --results"
              .formatted(folders.root(), explain(e)),
          e);
    }
  }

  /**
   * Wraps a handler so that a failure of the disk becomes a retry: the message stays in the queue.
   */
  public Disposition.Handler guard(StoringHandler handler) {
    return message ->
        guarded(
            message,
            () -> {
              Disposition decision = handler.handle(message);
              return decision instanceof Disposition.AfterEarlier last
                  ? new Disposition.AfterEarlier(() -> guarded(message, last.rest()::decide))
                  : decision;
            });
  }

  @FunctionalInterface
  private interface Storing {
    Disposition run() throws IOException, InterruptedException;
  }

  private Disposition guarded(IncomingMessage message, Storing storing)
      throws InterruptedException {
    try {
      return storing.run();
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException("stopped while storing message " + message.id());
    } catch (IOException e) {
      return failed(message, e);
    } catch (UncheckedIOException e) {
      return failed(message, Objects.requireNonNull(e.getCause()));
    }
  }

  /** Waits until the disk fails. */
  public synchronized void awaitTrouble() throws InterruptedException {
    while (!isDown) {
      wait();
    }
  }

  /** Tests whether the folder can be written now; if so, an earlier failure of the disk is over. */
  public synchronized boolean isWritable() {
    try {
      Files.createDirectories(folders.temporary());
      probe();
      isDown = false;
    } catch (IOException e) {
      log.debug("a probe of the disk failed: {}", explain(e));
      return false;
    }
    return true;
  }

  private synchronized Disposition failed(IncomingMessage message, IOException e) {
    if (!isDown && isWritable()) {
      log.error("cannot store message '{}', keeping it for later", message.id(), e);
    } else if (!isDown) {
      isDown = true;
      log.error(
          "cannot write results in {}: {}; taking none until it works again",
          folders.root(),
          explain(e));
      notifyAll();
    }
    return new RetryLater(AGAIN, explain(e));
  }

  private void probe() throws IOException {
    Path file = own("probe");
    disk.replace(file, out -> out.write(new byte[PROBE_BYTES]));
    Files.deleteIfExists(file);
  }

  /** A name of this process's own, since two coordinators may probe one folder at the same time. */
  private Path own(String name) {
    return folders.temporary().resolve(disk.own() + "-" + name);
  }

  static String explain(Exception e) {
    if (e instanceof AccessDeniedException denied) {
      return "permission denied for " + denied.getFile();
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + " is not there";
    }
    if (e instanceof FileSystemException other && other.getReason() != null) {
      return other.getReason() + " (" + other.getFile() + ")";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
