package ci.assay.index;

import ci.assay.model.Result;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes the outcomes of tests to the index, and what follows from the last fifty runs of each. */
final class TestHistoryWriter {

  static final String RUNS =
      """
      SELECT hash AS "commit", ref, subject, tree, rerun, test_run.outcome, millis
      FROM test_run JOIN revision ON revision.id = test_run.revision
                    JOIN branch ON branch.id = revision.branch
      WHERE test = :test
      ORDER BY test_run.queued_at DESC, test_run.revision DESC, rerun DESC LIMIT 50
      """;

  /** How often the outcome of a flaky test changes within the last runs. */
  private static final int FLIPS = 4;

  private final Handle handle;

  TestHistoryWriter(Handle handle) {
    this.handle = handle;
  }

  /**
   * Writes the cases of one run.
   *
   * @param revision the id of the commit's row
   * @param queuedAt of the commit, in milliseconds since 1970
   */
  void cases(Result result, long revision, long queuedAt, List<TestCase> cases) {
    Map<String, TestCase> byName = new HashMap<>();
    for (TestCase each : cases) { // of two cases with one name the failed one counts
      byName.merge(
          each.group() + ' ' + each.name(),
          each,
          (one, other) -> one.outcome().isBad() ? one : other);
    }
    for (TestCase each : byName.values()) {
      long test = test(result, revision, queuedAt, each);
      handle
          .createUpdate(
              """
              INSERT INTO test_run VALUES (:test, :queuedAt, :revision, :rerun, :outcome, :millis)
              ON CONFLICT DO UPDATE SET outcome = excluded.outcome, millis = excluded.millis
              """)
          .bind("test", test)
          .bind("queuedAt", queuedAt)
          .bind("revision", revision)
          .bind("rerun", result.id().rerun())
          .bind("outcome", each.outcome().word())
          .bind("millis", each.millis())
          .execute();
      handle.execute(
          """
          DELETE FROM test_run WHERE test = ? AND queued_at <
            (SELECT queued_at FROM test_run WHERE test = ? ORDER BY queued_at DESC LIMIT 1 OFFSET 49)
          """,
          test,
          test);
      derive(test);
    }
  }

  private long test(Result result, long revision, long queuedAt, TestCase each) {
    return handle
        .createQuery(
            """
            INSERT INTO test (repository, variant, class, name, outcome, latest_at)
            VALUES ((SELECT repository FROM revision WHERE id = :revision), :variant, :class, :name,
                    :outcome, :at)
            ON CONFLICT DO UPDATE SET latest_at = max(latest_at, excluded.latest_at)
            RETURNING id
            """)
        .bind("revision", revision)
        .bind("variant", result.id().variant())
        .bind("class", each.group())
        .bind("name", each.name())
        .bind("outcome", each.outcome().word())
        .bind("at", queuedAt)
        .mapTo(Long.class)
        .one();
  }

  /** Updates a test after runs of it were deleted. A test without runs is deleted. */
  void deriveAgain(long test) {
    if (handle.execute(
            "DELETE FROM test WHERE id = ? AND NOT EXISTS (SELECT 1 FROM test_run WHERE test = ?)",
            test,
            test)
        == 0) {
      derive(test);
    }
  }

  private void derive(long test) {
    List<TestRunLine> newestFirst =
        handle.createQuery(RUNS).bind("test", test).mapTo(TestRunLine.class).list();
    handle
        .createUpdate(
            """
            UPDATE test SET outcome = :outcome, flaky = :flaky, failing_since =
              CASE WHEN :since IS NULL THEN NULL
                   WHEN :goesBack AND failing_since IS NOT NULL THEN failing_since
                   ELSE (SELECT id FROM revision
                         WHERE hash = :since AND repository = test.repository) END
            WHERE id = :test
            """)
        .bind("outcome", newestFirst.get(0).outcome().word())
        .bind("flaky", isFlaky(newestFirst))
        .bind("since", failingSince(newestFirst))
        .bind("goesBack", newestFirst.stream().allMatch(run -> run.outcome().isBad()))
        .bind("test", test)
        .execute();
  }

  private static @Nullable String failingSince(List<TestRunLine> newestFirst) {
    String since = null;
    for (TestRunLine run : newestFirst) {
      if (run.outcome() == CaseOutcome.SKIPPED) {
        continue;
      }
      if (!run.outcome().isBad()) {
        break;
      }
      since = run.commit();
    }
    return since;
  }

  /** Whether a test had both outcomes with the same tree, or alternates. */
  static boolean isFlaky(List<TestRunLine> runs) {
    Set<String> good = new HashSet<>();
    Set<String> bad = new HashSet<>();
    int flips = 0;
    Boolean last = null;
    for (TestRunLine run : runs) {
      if (run.outcome() == CaseOutcome.SKIPPED) {
        continue;
      }
      boolean isBad = run.outcome().isBad();
      (isBad ? bad : good).add(run.tree() == null ? run.commit() : run.tree());
      flips += last != null && last != isBad ? 1 : 0;
      last = isBad;
    }
    good.retainAll(bad);
    return !good.isEmpty() || flips >= FLIPS;
  }
}
