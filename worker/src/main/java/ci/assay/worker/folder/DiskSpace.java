package ci.assay.worker.folder;

import ci.assay.common.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The free space on the disk of the work folder, as it was when somebody last looked. Safe for use
 * by many threads.
 */
public final class DiskSpace {

  private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);

  /** Below it, a run that went wrong went wrong for want of space. */
  private static final long TIGHT = 64L << 20;

  /** Tells how much is free. */
  @FunctionalInterface
  public interface Gauge {
    long freeBytes() throws IOException;

    static Gauge of(Path folder) {
      return () -> Files.getFileStore(folder).getUsableSpace();
    }
  }

  /** Is told of each look. */
  interface Listener {
    void saw(long free);
  }

  private final Gauge gauge;
  private final long threshold;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private volatile long free = Long.MAX_VALUE;
  private volatile boolean isLow;

  /**
   * @param threshold below so many bytes no job is to be taken; 0 for never
   */
  public DiskSpace(Gauge gauge, long threshold) {
    this.gauge = gauge;
    this.threshold = threshold;
  }

  /** Looks anew; to be called about once a second. */
  public void look() {
    try {
      long now = gauge.freeBytes();
      free = now;
      isLow = now < (isLow ? threshold + threshold / 10 : threshold);
      listeners.forEach(each -> each.saw(now));
    } catch (IOException e) {
      log.debug("cannot tell the free space: {}", e.toString());
    }
  }

  /** In bytes. */
  public long free() {
    return free;
  }

  /** Whether there is too little for a new run; a little more is asked for once there was. */
  public boolean isLow() {
    return isLow;
  }

  /** For people. */
  public String words() {
    return "%s free, fewer than the %s that --min-free-disk asks for"
        .formatted(Sizes.text(free), Sizes.text(threshold));
  }

  void add(Listener listener) {
    listeners.add(listener);
  }

  void remove(Listener listener) {
    listeners.remove(listener);
  }

  /** Watches during a run, until it is closed. */
  public Watch watch() {
    Watch watch = new Watch();
    add(watch);
    return watch;
  }

  /** The least free space of a while. */
  public final class Watch implements AutoCloseable, Listener {
    private volatile long lowest = Long.MAX_VALUE;

    @Override
    public synchronized void saw(long now) {
      lowest = Math.min(lowest, now);
    }

    /** Throws when there was so little that what was run cannot be judged by its failure. */
    public void requireEnough() throws IOException {
      look();
      if (lowest < Math.min(threshold, Math.max(TIGHT, threshold / 4))) {
        throw new IOException("the disk is full: only " + Sizes.text(lowest) + " were left");
      }
    }

    @Override
    public void close() {
      remove(this);
    }
  }
}
