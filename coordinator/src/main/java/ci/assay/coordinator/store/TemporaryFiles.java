package ci.assay.coordinator.store;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which process temporary files belong to. Each process holds a lock on a file of its own in
 * the temporary folder as long as it lives, even while it is stopped. So the files of a dead
 * process can be removed without touching those that another one is writing.
 */
public final class TemporaryFiles implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TemporaryFiles.class);
  private static final String SUFFIX = ".lock";

  /** No write takes that long: an older file without a lock was left by a process that died. */
  private static final Duration LEFT_OVER = Duration.ofHours(1);

  private final ResultsFolder folders;
  private final String own;
  private @Nullable FileChannel held;

  public TemporaryFiles(ResultsFolder folders, Disk disk) {
    this.folders = folders;
    this.own = disk.own();
  }

  /**
   * Takes the lock of this process. On a file system without locks, only the age of a file decides.
   */
  public void open() {
    try {
      FileChannel channel =
          PrivateFiles.open(file(own), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      held = channel;
      FileLock unused = channel.lock();
    } catch (IOException e) {
      log.debug("no lock on {}: {}", file(own), DiskWatch.explain(e));
    }
  }

  /** Removes the files of dead processes. */
  public void removeLeftOvers() {
    try {
      for (Path file : ResultsFolder.list(folders.temporary())) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          removeUnlessAlive(name.substring(0, name.length() - SUFFIX.length()));
        }
      }
      removeOld();
    } catch (ClosedByInterruptException e) {
      log.debug("stopped while looking for files of dead processes");
    } catch (IOException e) {
      log.warn(
          "could not remove files of dead processes in {}: {}", folders.temporary(), e.toString());
    }
  }

  private void removeUnlessAlive(String owner) throws IOException {
    if (owner.equals(own)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file(owner), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        for (Path file : ResultsFolder.list(folders.temporary())) {
          if (file.getFileName().toString().startsWith(owner)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (OverlappingFileLockException e) {
      log.debug("{} is alive in this process", owner);
    }
  }

  /** Compares with the file system's clock, since ours may differ. */
  private void removeOld() throws IOException {
    Path now = folders.temporary().resolve(own + "-now");
    Files.write(now, new byte[0]);
    long limit = now.toFile().lastModified() - LEFT_OVER.toMillis();
    Files.deleteIfExists(now);
    for (Path file : ResultsFolder.list(folders.temporary())) {
      if (!file.toString().endsWith(SUFFIX) && file.toFile().lastModified() < limit) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path file(String owner) {
    return folders.temporary().resolve(owner + SUFFIX);
  }

  @Override
  public void close() {
    FileChannel channel = held;
    if (channel != null) {
      try (channel) {
        Files.deleteIfExists(file(own));
      } catch (IOException e) {
        log.debug("not removed: {}", e.toString());
      }
    }
  }
}
