package ci.assay.failure;

import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.CommitQueries;
import ci.assay.index.PageCursor;
import ci.assay.index.TestQueries;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A history from the index. Thread-safe. */
public final class IndexHistory implements History {

  private final CommitQueries commits;
  private final TestQueries tests;

  public IndexHistory(CommitQueries commits, TestQueries tests) {
    this.commits = commits;
    this.tests = tests;
  }

  @Override
  public Set<String> flaky(String repository, String variant) {
    return tests.flaky(repository, variant);
  }

  @Override
  public List<CommitId> passed(String repository, String ref, Instant before, int limit) {
    CommitFilter filter = new CommitFilter(repository, ref, Outcome.PASSED);
    return commits.newest(filter, PageCursor.before(before), limit).stream()
        .map(CommitLine::commit)
        .map(CommitId::new)
        .toList();
  }
}
