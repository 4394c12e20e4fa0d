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
 * Watches how much one run adds to its folders. That costs little: {@link DiskSpace} looks at the
 * free space once a second, and only when so much was taken of it since the run began that the run
 * may have passed its limit, its folders are walked through, on a thread of its own, for a
 * twentieth of the time at most. Once they are walked through when the run has lasted a second, to
 * know what was there before. What a run has deleted and keeps open is not seen. Safe for use by
 * many threads.
 */
public final class GrowthWatch implements AutoCloseable, DiskSpace.Listener {

  private static final Logger log = LoggerFactory.getLogger(GrowthWatch.class);
  private static final Duration FIRST = Duration.ofSeconds(1);

  /** So many times as long as a walk took is the rest after it. */
  private static final int REST = 19;

  /** Between two walks at least this part of the limit is taken. */
  private static final int STEPS = 16;

  private final DiskSpace disk;
  private final List<Path> folders;
  private final long limit;
  private final Runnable onPassed;
  private final Thread thread;
  private final long begun = System.nanoTime();

  /** Free space when it was last looked at. */
  private long last;

  /** Of the disk, by whomever, since the run began. */
  private long taken;

  /** What was there before; -1 until that is known. */
  private long before = -1;

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
   * Begins; closed by the caller.
   *
   * @param folders which the run may write
   * @param limit in bytes
   * @param onPassed is called once, when it is seen that the run passed the limit
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
      log.warn("a run is not held within its limit of disk: {}", e.getMessage());
    } catch (InterruptedException e) {
      log.debug("the run is over");
    }
  }

  /** Waits so long, and until so much is taken; false when the run is over. */
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

  /** Returns how long to rest. */
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

  /** What was added when it was last walked through. */
  private long grown;

  private synchronized long afterNext() {
    return taken + Math.max(limit - grown, limit / STEPS);
  }

  /**
   * To be asked when the run has ended: whether it passed its limit.
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
        log.warn("it is not known whether a run kept to its limit of disk: {}", e.getMessage());
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
