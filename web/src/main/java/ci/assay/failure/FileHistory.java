package ci.assay.failure;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A history from the result files alone, which know no flaky tests. Thread-safe. */
public final class FileHistory implements History {

  /** How many verdicts are read. With more, a server with an index should be asked. */
  private static final int MOST = 500;

  private final ResultReader files;

  public FileHistory(ResultReader files) {
    this.files = files;
  }

  @Override
  public Set<String> flaky(String repository, String variant) {
    return Set.of();
  }

  @Override
  public List<CommitId> passed(String repository, String ref, Instant before, int limit) {
    return files.newest(repository, MOST).stream()
        .filter(each -> each.outcome() == Outcome.PASSED && each.ref().equals(ref))
        .filter(each -> each.queuedAt().isBefore(before))
        .limit(limit)
        .map(Verdict::commit)
        .toList();
  }
}
