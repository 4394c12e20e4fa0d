package ci.assay.git;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An exclusive lock for changing a folder, among all threads of this process and among processes.
 */
final class MirrorLock implements AutoCloseable {

  /**
   * Java throws when a process locks a file a second time; these make the second thread wait
   * instead.
   */
  private static final Map<Path, ReentrantLock> WITHIN_PROCESS = new ConcurrentHashMap<>();

  private final ReentrantLock within;
  private final FileChannel channel;
  private final FileLock among;

  private MirrorLock(ReentrantLock within, FileChannel channel, FileLock among) {
    this.within = within;
    this.channel = channel;
    this.among = among;
  }

  /** Waits until no other thread or process holds the lock. */
  static MirrorLock acquire(Path file) throws IOException {
    ReentrantLock within =
        WITHIN_PROCESS.computeIfAbsent(file.toAbsolutePath(), any -> new ReentrantLock());
    within.lock();
    FileChannel channel = null;
    try {
      channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new MirrorLock(within, channel, channel.lock());
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      within.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      among.release();
    } finally {
      within.unlock();
    }
  }
}
