package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.model.Result;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what an earlier process may have left, when this one becomes active. The verdict is the
 * last file that is derived, so a commit with a verdict is complete except for reruns. Results
 * whose coordinator died before the ack are delivered again anyway; this is for results whose
 * message is gone, and for power cuts.
 */
public final class UnfinishedCommits {

  private static final Logger log = LoggerFactory.getLogger(UnfinishedCommits.class);

  private final ResultsFolder folders;
  private final ResultStore store;
  private final OwedBook owed;

  public UnfinishedCommits(ResultsFolder folders, ResultStore store, OwedBook owed) {
    this.folders = folders;
    this.store = store;
    this.owed = owed;
  }

  /**
   * Finishes all commits and collects the owed jobs; stops early when the thread is interrupted.
   */
  public void finish() {
    try {
      for (Path repository : ResultsFolder.folders(folders.root())) {
        for (Path commit : ResultsFolder.list(repository)) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
          if (hasVerdict(commit)) {
            noteOwedReruns(commit);
          } else {
            finish(commit);
          }
        }
      }
    } catch (ClosedByInterruptException e) {
      log.debug("stopped before everything was looked at");
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
          } else {
            StoredResults.jobIn(job).ifPresent(owed::owed);
          }
        } catch (InvalidInputException e) {
          log.warn("left alone: {}", e.getMessage());
        }
      }
    }
  }

  private void noteOwedReruns(Path commit) throws IOException {
    for (Path variant : ResultsFolder.folders(commit)) {
      for (Path job : ResultsFolder.jobsOf(variant)) {
        if (!Files.exists(job.resolve(ResultsFolder.RESULT))) {
          StoredResults.jobIn(job).ifPresent(owed::owed);
        }
      }
    }
  }

  /** Whether a commit has a verdict; an empty file, left by a power cut, does not count. */
  private static boolean hasVerdict(Path commit) {
    return commit.resolve(ResultsFolder.VERDICT).toFile().length() > 0;
  }
}
