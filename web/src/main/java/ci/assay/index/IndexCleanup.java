package ci.assay.index;

import ci.assay.common.CannotRunException;
import ci.assay.model.CommitId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Deletes from the index what is no longer in the files. Nothing else may write meanwhile. */
public final class IndexCleanup {

  private final Jdbi jdbi;

  public IndexCleanup(Index index) {
    this.jdbi = index.writing();
  }

  /**
   * Deletes the test cases of these commits; their verdicts stay.
   *
   * @throws CannotRunException when the index cannot be written; it is unchanged then
   */
  public void forgetTests(String repository, Collection<CommitId> commits) {
    inTransaction(
        handle -> {
          TestHistoryWriter tests = new TestHistoryWriter(handle);
          for (CommitId commit : commits) {
            testsOf(handle, repository, commit).forEach(tests::deriveAgain);
          }
        });
  }

  /** Deletes the test runs of a commit; returns the ids of their tests. */
  private static List<Long> testsOf(Handle handle, String repository, CommitId commit) {
    return new ArrayList<>(
        handle
            .createQuery(
                """
                DELETE FROM test_run WHERE revision =
                  (SELECT revision.id FROM revision
                     JOIN repository ON repository.id = revision.repository
                   WHERE name = :repository AND hash = :hash)
                RETURNING test
                """)
            .bind("repository", repository)
            .bind("hash", commit.value())
            .mapTo(Long.class)
            .set());
  }

  /**
   * Deletes everything about a repository. Its sequence numbers in the feed are not used again.
   *
   * @throws CannotRunException when the index cannot be written; it is unchanged then
   */
  public void forget(String repository) {
    inTransaction(
        handle -> {
          String its = " = (SELECT id FROM repository WHERE name = ?)";
          String ofIts = " IN (SELECT id FROM revision WHERE repository" + its + ")";
          handle.execute("DELETE FROM test_run WHERE revision" + ofIts, repository);
          handle.execute("DELETE FROM test WHERE repository" + its, repository);
          handle.execute("DELETE FROM feed WHERE revision" + ofIts, repository);
          handle.execute("DELETE FROM day WHERE repository" + its, repository);
          handle.execute("DELETE FROM job WHERE revision" + ofIts, repository);
          handle.execute("DELETE FROM revision WHERE repository" + its, repository);
          handle.execute("DELETE FROM branch WHERE repository" + its, repository);
          handle.execute("DELETE FROM repository WHERE name = ?", repository);
        });
  }

  private void inTransaction(Consumer<Handle> work) {
    try {
      jdbi.useTransaction(work::accept);
    } catch (JdbiException e) {
      throw new CannotRunException("cannot write the index: " + e.getMessage(), e);
    }
  }
}
