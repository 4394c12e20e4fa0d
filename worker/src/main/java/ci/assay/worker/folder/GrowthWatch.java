package ci.assay.worker.folder;

import ci.assay.thread.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much one run adds to its folders. To keep this cheap, the folders are measured only
 * when the free space of the whole disk, which {@link DiskSpace} looks at once a second, has shrunk
 * so much that the run may have passed its limit. Measuring takes at most a twentieth of the time,
 * on a separate thread. The folders are also measured once after the first second of the run, to
 * know what was there before. Files that a run has deleted but keeps open are not counted.
 * Thread-safe.
 */
public final class GrowthWatch implements AutoCloseable, DiskSpace.Listener {

  private static final Logger log = LoggerFactory.getLogger(GrowthWatch.class);
  private static final Duration FIRST = Duration.ofSeconds(1);

  /** The pause after a walk, as a multiple of the time that the walk took. */
  private static final int REST = 19;

  /** There is no further walk until at least 1/16 of the limit has been taken from the disk. */
  private static final int STEPS = 16;

  private final DiskSpace disk;
  private final List<Path> folders;
  private final long limit;
  private final Runnable onPassed;
  private final Thread thread;
  private final long begun = System.nanoTime();

  /** The free bytes at the last look. */
  private long last;

  /** The bytes taken from the disk, by any process, since the run began. */
  private long taken;

  /** The bytes that were in the folders before the run; -1 until known. */
  private long before = -1;

  /** The bytes added to the folders, as of the last walk. */
  private long grown;

  private boolean hasPassed;
  private boolean isClosed;

  private GrowthWatch(DiskSpace disk, List<Path> folders, long limit, Runnable onPassed) {
    this.disk = disk;
    this.folders = List.copyOf(folders);
    this.limit = limit;
    this.onPassed = onPassed;
    this.thread = Threads.daemon("disk of a run", this::watch);
  }

  /**
   * Begins to watch. The caller closes the watch.
   *
   * @param folders the folders that the run may write
   * @param limit in bytes
   * @param onPassed called once, when the run is seen to have passed the limit
   */
  public static GrowthWatch start(
      DiskSpace disk, List<Path> folders, long limit, Runnable onPassed) {
    GrowthWatch watch = new GrowthWatch(disk, folders, limit, onPassed);
    disk.look();
    watch.last = disk.free();
    disk.add(watch);
    watch.thread.start();
    return watch;
  }

  @Override
  public synchronized void saw(long free) {
    taken += Math.max(0, last - free);
    last = free;
    notifyAll();
  }

  private void watch() {
    try {
      if (!await(0, FIRST)) {
        return;
      }
      long next = limit;
      Duration rest = walk();
      while (!hasPassed() && await(next, rest)) {
        rest = walk();
        next = afterNext();
      }
      if (hasPassed()) {
        onPassed.run();
      }
    } catch (IOException e) {
      log.warn("the disk limit of a run is not enforced: {}", e.getMessage());
    } catch (InterruptedException e) {
      log.debug("the run is over");
    }
  }

  /** Waits at least this long, and until so many bytes are taken; false when the run is over. */
  private synchronized boolean await(long wanted, Duration least) throws InterruptedException {
    long end = System.nanoTime() + least.toNanos();
    long left = least.toNanos();
    while (!isClosed && (left > 0 || taken < wanted)) {
      if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } else {
        wait();
      }
      left = end - System.nanoTime();
    }
    return !isClosed;
  }

  private synchronized boolean hasPassed() {
    return hasPassed;
  }

  /** Measures the folders; returns how long to pause after that. */
  private Duration walk() throws IOException, InterruptedException {
    long start = System.nanoTime();
    DiskUse use = DiskUse.of(folders, Duration.ofNanos(start - begun));
    synchronized (this) {
      before = before < 0 ? use.old() : before;
      grown = use.all() - before;
      hasPassed |= Math.min(grown, taken) > limit;
    }
    return Duration.ofNanos(REST * (System.nanoTime() - start));
  }

  private synchronized long afterNext() {
    return taken + Math.max(limit - grown, limit / STEPS);
  }

  /**
   * Whether the run passed its limit; to be called when the run has ended.
   *
   * @throws InterruptedException when this worker stops
   */
  public boolean isOver() throws InterruptedException {
    end();
    disk.look();
    boolean isToLook;
    synchronized (this) {
      isToLook = !hasPassed && taken > limit;
    }
    if (isToLook) {
      try {
        var unused = walk();
      } catch (IOException e) {
        log.warn("cannot tell whether a run exceeded its disk limit: {}", e.getMessage());
      }
    }
    return hasPassed();
  }

  private void end() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    thread.interrupt();
  }

  @Override
  public void close() {
    end();
    disk.remove(this);
  }
}
