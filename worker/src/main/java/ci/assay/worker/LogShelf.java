package ci.assay.worker;

import ci.assay.broker.Outgoing;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import ci.assay.model.Result;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs on the worker's disk: each stays for an hour after its result was confirmed, should the
 * coordinator miss a piece. Safe for use by many threads.
 */
final class LogShelf {

  static final Duration KEPT = Duration.ofHours(1);

  private static final String SUFFIX = ".log";

  private static final Logger log = LoggerFactory.getLogger(LogShelf.class);
  private static final Duration BETWEEN_TIDYING = Duration.ofMinutes(1);

  private final Path folder;
  private final SpoolFolder spool;
  private final long cap;
  private final InstantSource clock;
  private Instant tidied = Instant.EPOCH;

  LogShelf(WorkFolder work, long cap, InstantSource clock) {
    this.folder = work.logs();
    this.spool = new SpoolFolder(work.spool());
    this.cap = cap;
    this.clock = clock;
  }

  /** A log for a new run; the caller closes it. */
  RunLog begin(String run) {
    tidyNowAndThen();
    return new RunLog(file(run), cap);
  }

  private Path file(String run) {
    return folder.resolve(run + SUFFIX);
  }

  /** A result with its log, or without it where that is gone. */
  Finished finished(Result result) {
    Path file = file(result.run());
    try {
      return new Finished(result, LogPieces.of(result.id(), result.run(), file, result.log()));
    } catch (IOException e) {
      log.warn("the log of {} (run {}) is lost: {}", result.id(), result.run(), e.toString());
      return Finished.withoutLog(result);
    }
  }

  /** The whole log of a run that is over, in pieces; none when it is not here. */
  List<Outgoing> pieces(JobId job, String run) throws IOException {
    Path file = file(run);
    return Files.exists(file)
        ? LogPieces.of(job, run, file, new LogSummary(Files.size(file), false, null))
        : List.of();
  }

  /** The broker has this result and its log: the hour begins now. */
  void delivered(Result result) {
    if (result.log().bytes() > 0) {
      try {
        Files.setLastModifiedTime(file(result.run()), FileTime.from(clock.instant()));
      } catch (IOException e) {
        log.debug("the log of run {} may go early: {}", result.run(), e.toString());
      }
    }
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
        String name = file.getFileName().toString();
        if (!spool.isOwed(name.substring(0, Math.max(0, name.length() - SUFFIX.length())))) {
          deleteIfOlder(file, before);
        }
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
