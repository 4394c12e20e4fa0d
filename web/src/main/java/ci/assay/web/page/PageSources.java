package ci.assay.web.page;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.failure.FailureFinder;
import ci.assay.failure.IndexHistory;
import ci.assay.index.CommitQueries;
import ci.assay.index.TestQueries;
import ci.assay.index.TrendQueries;
import ci.assay.web.access.Access;
import ci.assay.web.log.LogTextCache;
import ci.assay.web.view.ForgeLinks;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The sources of the data on pages and in the API.
 *
 * @param stored the stored results
 * @param installation the running system
 * @param elsewhere the addresses of pages of other sites
 */
public record PageSources(
    Stored stored, Installation installation, Access access, Elsewhere elsewhere, Clock clock) {

  /**
   * Pages of other sites.
   *
   * @param management the address of RabbitMQ's management page; null if unknown
   * @param forges the addresses of commits at their forges
   */
  public record Elsewhere(@Nullable String management, ForgeLinks forges) {

    /** No addresses are known. */
    public static final Elsewhere NONE = new Elsewhere(null, ForgeLinks.NONE);
  }

  /** The index and the result files. */
  public record Stored(
      CommitQueries commits,
      TestQueries tests,
      TrendQueries trends,
      ResultReader files,
      LogTextCache logs,
      Comparisons comparisons) {}

  @Nullable String management() {
    return elsewhere.management();
  }

  ForgeLinks forges() {
    return elsewhere.forges();
  }

  public CommitQueries commits() {
    return stored.commits();
  }

  public TestQueries tests() {
    return stored.tests();
  }

  public TrendQueries trends() {
    return stored.trends();
  }

  public ResultReader files() {
    return stored.files();
  }

  public FailureFinder failures() {
    return new FailureFinder(files(), new IndexHistory(commits(), tests()));
  }

  public LogTextCache logs() {
    return stored.logs();
  }
}
