package ci.assay.index;

import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Creates a large index without result files. */
public final class IndexFiller {

  private static final int BATCH = 5000;
  private static final Outcome[] OUTCOMES = {
    Outcome.PASSED, Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED
  };

  private IndexFiller() {}

  /**
   * Adds one commit per second, in repositories with five branches each; every 1000th has no
   * verdict.
   */
  public static void fill(Index index, int verdicts, int repositories) {
    IndexWriter writer = index.writer();
    for (int from = 0; from < verdicts; from += BATCH) {
      int first = from;
      writer.inTransaction(
          notes -> {
            for (int n = first; n < Math.min(verdicts, first + BATCH); n++) {
              notes.commit(commit(n, repositories), id -> List.of());
            }
          });
    }
    writer.inTransaction(notes -> notes.completeUntil(Clock.systemUTC().instant()));
  }

  /** Rebuilds an index from all files. */
  public static long rebuild(Index index, StoredFiles files) {
    return new IndexRebuild(index, files.reader(), Clock.systemUTC()).run();
  }

  private static StoredCommit commit(int n, int repositories) {
    int branch = n / repositories % 5;
    Job job =
        StoredFiles.job(
            "repository-" + n % repositories,
            n,
            branch == 0 ? "refs/heads/main" : "refs/heads/branch-" + branch,
            "Commit " + n);
    if (n % 1000 == 999) {
      return new StoredCommit(List.of(job), List.of(), Optional.empty());
    }
    Result result = StoredFiles.result(job, OUTCOMES[n % 7 % OUTCOMES.length], "3 tests", 0);
    return new StoredCommit(
        List.of(job), List.of(result), Optional.of(Verdict.of(List.of(result))));
  }
}
