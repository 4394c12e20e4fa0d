package ci.assay.cli.embedded;

import ci.assay.cli.console.IoTrouble;
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

/** A lock on a folder for one process at a time; the system releases it when the process dies. */
public final class FolderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  private static final String FILE = ".lock";

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Creates the folder if it is missing, and locks it; null when it is already locked.
   *
   * @throws CannotRunException when it cannot be created or written
   */
  public static @Nullable FolderLock tryOf(Path folder) {
    try {
      PrivateFolder.take(folder, log::warn, FILE);
      FileChannel channel =
          PrivateFiles.open(
              folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) != null) {
        return new FolderLock(folder, channel);
      }
      channel.close();
      return null;
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot write in folder '" + folder + "': " + IoTrouble.inWords(e), e);
    }
  }

  /**
   * As {@link #tryOf}, for a folder that no other process should use.
   *
   * @throws CannotRunException also when it is already locked
   */
  public static FolderLock of(Path folder) {
    FolderLock lock = tryOf(folder);
    if (lock == null) {
      throw new CannotRunException("folder '" + folder + "' is in use by another assay process");
    }
    return lock;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this process itself
    }
  }

  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CannotRunException("cannot unlock '" + folder + "': " + IoTrouble.inWords(e), e);
    }
  }
}
