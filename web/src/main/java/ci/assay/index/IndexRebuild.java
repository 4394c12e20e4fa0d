package ci.assay.index;

import ci.assay.coordinator.store.ResultReader;
import java.time.Clock;
import java.time.Instant;

/** Makes the index anew from the result files. */
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
   * Forgets what is in the index and reads every result file. Until it is done readers see what was
   * there before; a coordinator that runs goes on afterwards.
   *
   * @return how many commits there are
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
