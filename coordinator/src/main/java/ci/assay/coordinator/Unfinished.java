package ci.assay.coordinator;

import ci.assay.model.InvalidInputException;
import ci.assay.model.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes at start what an earlier process may have left. The verdict is the last thing that is
 * derived, so a commit that has one is done: this looks once at each commit's folder, and into
 * those that have no verdict. Results whose process died before its ack are delivered again anyway;
 * this is for those whose message is gone as well, and for power cuts.
 */
final class Unfinished {

  private static final Logger log = LoggerFactory.getLogger(Unfinished.class);

  /** No write takes that long: what is older was left by a process that died. */
  private static final Duration LEFT_OVER = Duration.ofHours(1);

  private final ResultsFolder folders;
  private final ResultStore store;
  private final Clock clock;

  Unfinished(ResultsFolder folders, ResultStore store, Clock clock) {
    this.folders = folders;
    this.store = store;
    this.clock = clock;
  }

  /** Finishes everything; stops early when the thread is interrupted. */
  void finish() {
    try {
      removeLeftOvers();
      for (Path repository : ResultsFolder.folders(folders.root())) {
        for (Path commit : ResultsFolder.list(repository)) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
          if (!hasVerdict(commit)) {
            finish(commit);
          }
        }
      }
    } catch (IOException e) {
      log.warn("could not look for unfinished verdicts: {}", DiskWatch.explain(e));
    }
  }

  private void finish(Path commit) throws IOException {
    for (Path variant : ResultsFolder.folders(commit)) {
      for (Path job : ResultsFolder.jobsOf(variant)) {
        try {
          Optional<Result> stored = StoredResults.in(job);
          if (stored.isPresent()) {
            store.deriveAgain(stored.get());
          }
        } catch (InvalidInputException e) {
          log.warn("left alone: {}", e.getMessage());
        }
      }
    }
  }

  /** An empty one was taken by a power cut. */
  private static boolean hasVerdict(Path commit) {
    return commit.resolve(ResultsFolder.VERDICT).toFile().length() > 0;
  }

  private void removeLeftOvers() throws IOException {
    Instant limit = clock.instant().minus(LEFT_OVER);
    for (Path file : ResultsFolder.list(folders.temporary())) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
