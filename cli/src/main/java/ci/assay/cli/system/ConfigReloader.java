package ci.assay.cli.system;

import ci.assay.common.AssayException;
import ci.assay.thread.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a part of {@code assay.yaml} again when the file has changed. A file with mistakes is
 * refused: all of them are logged, and what was read before stays in force.
 */
public final class ConfigReloader<T> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConfigReloader.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Path file;
  private final String what;
  private final Supplier<T> reads;
  private final Function<T, String> applies;
  private final ScheduledExecutorService timer = Threads.timer("configuration");
  private @Nullable Stamp lastStamp;
  private @Nullable T inForce;

  /** Changes whenever the file is written or replaced. */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {}

  /**
   * @param what the part, for log lines: {@code the repositories}
   * @param reads reads it, or throws an exception with a line for each mistake
   * @param applies takes what was read, on a thread of this object, and returns what is in force
   *     now, in words
   */
  public ConfigReloader(Path file, String what, Supplier<T> reads, Function<T, String> applies) {
    this.file = file;
    this.what = what;
    this.reads = reads;
    this.applies = applies;
  }

  /**
   * Begins to look after the file. It is read again soon in any case, because it may have changed
   * since the program read it.
   *
   * @param atStart what the program read
   */
  public void start(T atStart) {
    inForce = atStart;
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::check, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads the file soon, whether it changed or not. */
  public void readAgain() {
    timer.execute(
        () -> {
          lastStamp = null;
          inForce = null;
          check();
        });
  }

  /** Reads the file if it changed; a missing file, or another part of it, changes nothing. */
  void check() {
    Stamp now = stamp();
    if (now == null || now.equals(lastStamp)) {
      return;
    }
    lastStamp = now;
    try {
      T read = reads.get();
      if (!read.equals(inForce)) {
        log.info("{} was read again: {}", file, applies.apply(read));
        inForce = read;
      }
    } catch (AssayException e) {
      String.valueOf(e.getMessage()).lines().forEach(log::error);
      log.error("{} is refused, and {} stay as they were", file, what);
    }
  }

  private @Nullable Stamp stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
