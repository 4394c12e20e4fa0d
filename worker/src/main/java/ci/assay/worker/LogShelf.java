package ci.assay.worker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs on the worker's disk: each stays for an hour after its run, should the coordinator miss
 * a piece. Safe for use by many threads.
 */
final class LogShelf {

  static final Duration KEPT = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(LogShelf.class);
  private static final Duration BETWEEN_TIDYING = Duration.ofMinutes(1);

  private final Path folder;
  private final long cap;
  private final InstantSource clock;
  private Instant tidied = Instant.EPOCH;

  LogShelf(Path folder, long cap, InstantSource clock) {
    this.folder = folder;
    this.cap = cap;
    this.clock = clock;
  }

  /** A log for a new run; the caller closes it. */
  RunLog begin(String run) {
    tidyNowAndThen();
    return new RunLog(folder.resolve(run + ".log"), cap);
  }

  private synchronized void tidyNowAndThen() {
    Instant now = clock.instant();
    if (Duration.between(tidied, now).compareTo(BETWEEN_TIDYING) < 0) {
      return;
    }
    tidied = now;
    try {
      tidy(now.minus(KEPT));
    } catch (IOException e) {
      log.warn("cannot tidy {}: {}", folder, e.toString());
    }
  }

  private void tidy(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        deleteIfOlder(file, before);
      }
    }
  }

  private static void deleteIfOlder(Path file, Instant before) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is gone already", file);
    }
  }
}
