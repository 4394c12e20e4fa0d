package ci.assay.index;

import ci.assay.coordinator.store.ResultReader;
import java.time.Clock;
import java.time.Instant;

/** Rebuilds the index from the result files. */
public final class IndexRebuild {

  private final IndexWriter writer;
  private final ResultReader files;
  private final Clock clock;

  public IndexRebuild(Index index, ResultReader files, Clock clock) {
    this.writer = index.writer();
    this.files = files;
    this.clock = clock;
  }

  /**
   * Clears the index and reads every result file. Until that is done, readers see the old content;
   * a running coordinator waits, and continues afterwards.
   *
   * @return the number of commits
   */
  public long run() {
    Instant began = clock.instant();
    long[] count = new long[1];
    writer.inTransaction(
        notes -> {
          notes.clear();
          files.changedSince(
              Instant.EPOCH,
              (repository, commit) -> {
                notes.commit(files.stored(repository, commit), files::cases);
                count[0]++;
              });
          files.repositories().forEach(each -> notes.tips(each, files.tips(each)));
          notes.completeUntil(began);
        });
    return count[0];
  }
}
