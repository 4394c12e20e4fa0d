package ci.assay.worker.folder;

import ci.assay.common.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The free space on the disk of the work folder, as of the last {@link #look}. Thread-safe. */
public final class DiskSpace {

  private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);

  /** With fewer free bytes, the failure of a run is blamed on the full disk. */
  private static final long TIGHT = 64L << 20;

  /** Measures the free space, in bytes. */
  @FunctionalInterface
  public interface Gauge {
    long freeBytes() throws IOException;

    static Gauge of(Path folder) {
      return () -> Files.getFileStore(folder).getUsableSpace();
    }
  }

  /** Is called with the free space, in bytes, after each look. */
  interface Listener {
    void saw(long free);
  }

  private final Gauge gauge;
  private final long threshold;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private volatile long free = Long.MAX_VALUE;
  private volatile boolean isLow;

  /**
   * @param threshold with fewer free bytes no job is taken; 0 for no limit
   */
  public DiskSpace(Gauge gauge, long threshold) {
    this.gauge = gauge;
    this.threshold = threshold;
  }

  /** Measures again. To be called about once a second. */
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

  /** The free space in bytes. */
  public long free() {
    return free;
  }

  /** Whether there is too little space for a new run. Once there was, a tenth more is required. */
  public boolean isLow() {
    return isLow;
  }

  /** The state in words for people. */
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

  /** Keeps the least free space that was seen during a run. */
  public final class Watch implements AutoCloseable, Listener {
    private volatile long lowest = Long.MAX_VALUE;

    @Override
    public synchronized void saw(long now) {
      lowest = Math.min(lowest, now);
    }

    /** Throws when there was so little space that a failure may not be the commit's fault. */
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
