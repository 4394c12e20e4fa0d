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
 * Reads the rules again when {@code assay.yaml} is another one than before. One with mistakes is
 * refused with all of them, and the rules before go on.
 */
final class RuleWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RuleWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Path file;
  private final Supplier<NotifySettings> reads;
  private final Consumer<NotifySettings> listener;
  private final ScheduledExecutorService timer = Threads.timer("rules");
  private @Nullable Stamp seen;

  /** Tells whether the file is another one. */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {}

  /**
   * @param reads what it says now, or throws with a line for each mistake
   * @param listener is given what it says, by a thread of this object
   */
  RuleWatch(Path file, Supplier<NotifySettings> reads, Consumer<NotifySettings> listener) {
    this.file = file;
    this.reads = reads;
    this.listener = listener;
  }

  void start() {
    seen = stamp();
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks whether it changed; while it is not there, nothing does. */
  void look() {
    Stamp now = stamp();
    if (now == null || now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      NotifySettings settings = reads.get();
      listener.accept(settings);
      log.info("{} was read again: {} rules of notifications", file, settings.rules().size());
    } catch (AssayException e) {
      String.valueOf(e.getMessage()).lines().forEach(log::error);
      log.error("{} is refused, and the rules of notifications stay as they were", file);
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
