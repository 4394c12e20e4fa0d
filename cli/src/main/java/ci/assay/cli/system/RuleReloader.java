package ci.assay.cli.system;

import ci.assay.common.AssayException;
import ci.assay.notify.rule.NotifySettings;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rules again when {@code assay.yaml} has changed. A file with mistakes is refused: all
 * of them are logged, and the current rules stay in force.
 */
final class RuleReloader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RuleReloader.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Path file;
  private final Supplier<NotifySettings> reads;
  private final Consumer<NotifySettings> listener;
  private final ScheduledExecutorService timer = Threads.timer("rules");
  private @Nullable Stamp lastStamp;

  /** Changes whenever the file is written or replaced. */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {}

  /**
   * @param reads reads the settings, or throws an exception with a line for each mistake
   * @param listener is called with new settings, on a thread of this object
   */
  RuleReloader(Path file, Supplier<NotifySettings> reads, Consumer<NotifySettings> listener) {
    this.file = file;
    this.reads = reads;
    this.listener = listener;
  }

  void start() {
    lastStamp = stamp();
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::check, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads the file if it changed; a missing file changes nothing. */
  void check() {
    Stamp now = stamp();
    if (now == null || now.equals(lastStamp)) {
      return;
    }
    lastStamp = now;
    try {
      NotifySettings settings = reads.get();
      listener.accept(settings);
      log.info("{} was read again: {} notification rules", file, settings.rules().size());
    } catch (AssayException e) {
      String.valueOf(e.getMessage()).lines().forEach(log::error);
      log.error("{} is refused, and the notification rules stay as they were", file);
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
