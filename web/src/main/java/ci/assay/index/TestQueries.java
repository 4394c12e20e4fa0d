package ci.assay.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;

/** Reads tests and their last runs. Thread-safe. */
public final class TestQueries {

  private static final String TESTS =
      """
      SELECT test.id, variant, class AS "group", test.name, test.outcome,
             revision.hash AS failing_since, flaky
      FROM test LEFT JOIN revision ON revision.id = test.failing_since
      """;
  private static final String OF_REPOSITORY =
      "WHERE test.repository = (SELECT id FROM repository WHERE name = :repository)";

  private final Jdbi jdbi;

  TestQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Tests in the order of their ids.
   *
   * @param after the id of the last test on the previous page; 0 to begin
   */
  public List<TestLine> tests(TestFilter filter, long after, int limit) {
    String which =
        switch (filter.which()) {
          case FAILING -> " AND test.outcome IN ('failed', 'errored')";
          case FLAKY -> " AND flaky";
          case ALL -> "";
        };
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    TESTS
                        + OF_REPOSITORY
                        + which
                        + " AND (:name = '' OR instr(lower(class || ' ' || test.name), lower(:name)) > 0)"
                        + " AND test.id > :after ORDER BY test.id LIMIT :limit")
                .bind("repository", filter.repository())
                .bind("name", filter.name())
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(TestLine.class)
                .list());
  }

  /** One test of a repository. */
  public Optional<TestLine> test(String repository, long id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(TESTS + OF_REPOSITORY + " AND test.id = :id")
                .bind("repository", repository)
                .bind("id", id)
                .mapTo(TestLine.class)
                .findOne());
  }

  /** The last runs of a test, at most fifty, the oldest first. */
  public List<TestRunLine> runs(long test) {
    List<TestRunLine> newestFirst =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(TestHistoryWriter.RUNS)
                    .bind("test", test)
                    .mapTo(TestRunLine.class)
                    .list());
    List<TestRunLine> runs = new ArrayList<>(newestFirst);
    Collections.reverse(runs);
    return runs;
  }

  /** The groups and names, with a space between, of the flaky tests of a variant. */
  public Set<String> flaky(String repository, String variant) {
    return jdbi.withHandle(
        handle ->
            new TreeSet<>(
                handle
                    .createQuery(
                        "SELECT class || ' ' || name FROM test "
                            + OF_REPOSITORY
                            + " AND variant = :variant AND flaky")
                    .bind("repository", repository)
                    .bind("variant", variant)
                    .mapTo(String.class)
                    .list()));
  }
}
