package ci.assay.index;

import ci.assay.coordinator.store.StoredCommit;
import ci.assay.message.RefTips;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.model.report.TestCase;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Writes to the index what was stored. To write the same again changes nothing. The order does not
 * matter, except that a verdict comes after one of its results. For use by one thread.
 */
final class IndexWriter {

  private final Jdbi jdbi;

  IndexWriter(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Everything that was stored before this time is in the index; the epoch for an empty index. */
  Instant completeUntil() {
    return Instant.ofEpochMilli(
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT coalesce(max(complete_until), 0) FROM progress")
                    .mapTo(Long.class)
                    .one()));
  }

  /** The sequence number of the list of refs in the index, for each repository that has one. */
  Map<String, Long> tipsSequences() {
    Map<String, Long> noted = new HashMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT name, refs_sequence FROM repository WHERE refs_sequence IS NOT NULL")
                .map((row, context) -> noted.put(row.getString(1), row.getLong(2)))
                .list());
    return noted;
  }

  /** Executes the work in one transaction. */
  void inTransaction(Consumer<Notes> work) {
    jdbi.useTransaction(handle -> work.accept(new Notes(handle)));
  }

  /** Writes within one transaction. */
  static final class Notes {

    private static final String GONE =
        "UPDATE branch SET tip = NULL WHERE repository = ? AND ref = ?";
    private static final String LISTED =
        "UPDATE repository SET refs_sequence = ?, refs_are_all = ? WHERE id = ?";

    private final Handle handle;
    private final Map<String, Long> repositories = new HashMap<>();

    private Notes(Handle handle) {
      this.handle = handle;
    }

    /** Deletes everything. */
    void clear() {
      for (String table :
          new String[] {
            "progress", "test_run", "test", "feed", "day", "job", "revision", "branch", "repository"
          }) {
        handle.execute("DELETE FROM " + table);
      }
      repositories.clear();
    }

    void completeUntil(Instant time) {
      handle.execute("DELETE FROM progress");
      handle.execute("INSERT INTO progress VALUES (?)", time.toEpochMilli());
    }

    /**
     * @param cases reads the test cases of a job that has some
     */
    void commit(StoredCommit commit, Function<JobId, List<TestCase>> cases) {
      Optional<Job> first =
          Stream.concat(commit.jobs().stream(), commit.results().stream().map(Result::about))
              .min(Comparator.comparing(Job::queuedAt));
      if (first.isEmpty()) {
        return;
      }
      long revision = revision(first.get());
      commit.jobs().forEach(job -> job(revision, job));
      for (Result result : commit.results()) {
        if (result(revision, result) && result.cases() != null) {
          cases(revision, result, cases.apply(result.id()));
        }
      }
      commit.verdict().ifPresent(verdict -> verdict(revision, verdict));
    }

    /**
     * Writes where a repository's refs point.
     *
     * @param list empty if the observer has not reported it
     */
    void tips(String repository, Optional<RefTips> list) {
      if (list.isEmpty() || list.get().refs().isEmpty()) {
        forgetTips(repository, list);
        return;
      }
      RefTips tips = list.get();
      long row = repositories.computeIfAbsent(repository, this::repository);
      Map<String, String> gone = notedTips(row);
      PreparedBatch batch =
          handle.prepareBatch(
              """
                  INSERT INTO branch (repository, ref, latest_at, tip)
                  VALUES (:repository, :ref, :at, :tip)
                  ON CONFLICT DO UPDATE SET tip = excluded.tip
                  """);
      tips.refs()
          .forEach(
              (ref, commit) -> {
                if (!commit.value().equals(gone.remove(ref))) {
                  batch
                      .bind("repository", row)
                      .bind("ref", ref)
                      .bind("at", tips.sentAt().toEpochMilli())
                      .bind("tip", commit.value())
                      .add();
                }
              });
      if (batch.size() > 0) {
        batch.execute();
      }
      gone.keySet().forEach(ref -> handle.execute(GONE, row, ref));
      handle.execute(LISTED, tips.sequence(), tips.hasAll(), row);
    }

    private void forgetTips(String repository, Optional<RefTips> list) {
      handle.execute(
          "UPDATE branch SET tip = NULL WHERE tip IS NOT NULL AND repository ="
              + " (SELECT id FROM repository WHERE name = ?)",
          repository);
      handle.execute(
          "UPDATE repository SET refs_sequence = ?, refs_are_all = ? WHERE name = ?",
          list.map(RefTips::sequence).orElse(null),
          list.map(RefTips::hasAll).orElse(null),
          repository);
    }

    private Map<String, String> notedTips(long repository) {
      Map<String, String> noted = new HashMap<>();
      handle
          .createQuery("SELECT ref, tip FROM branch WHERE repository = :row AND tip IS NOT NULL")
          .bind("row", repository)
          .map((row, context) -> noted.put(row.getString(1), row.getString(2)))
          .list();
      return noted;
    }

    private void job(long revision, Job job) {
      handle
          .createUpdate(
              """
              INSERT INTO job (revision, variant, rerun, pool, queued_at)
              VALUES (:revision, :variant, :rerun, :pool, :queuedAt) ON CONFLICT DO NOTHING
              """)
          .bind("revision", revision)
          .bind("variant", job.variant().name())
          .bind("rerun", job.id().rerun())
          .bind("pool", job.pool())
          .bind("queuedAt", job.queuedAt().toEpochMilli())
          .execute();
    }

    private void cases(long revision, Result result, List<TestCase> cases) {
      long queuedAt =
          handle
              .createQuery("SELECT queued_at FROM revision WHERE id = :id")
              .bind("id", revision)
              .mapTo(Long.class)
              .one();
      new TestHistoryWriter(handle).cases(result, revision, queuedAt, cases);
    }

    /** Writes a result; returns whether it was not in the index before. */
    private boolean result(long revision, Result result) {
      return handle
              .createUpdate(
                  """
                  INSERT INTO job (revision, variant, rerun, pool, queued_at, outcome, run, worker,
                                   started_at, finished_at, summary)
                  VALUES (:revision, :variant, :rerun, :pool, :queuedAt, :outcome, :run, :worker,
                          :startedAt, :finishedAt, :summary)
                  ON CONFLICT DO UPDATE SET outcome = excluded.outcome, run = excluded.run,
                    worker = excluded.worker, started_at = excluded.started_at,
                    finished_at = excluded.finished_at, summary = excluded.summary
                  WHERE job.run IS NOT excluded.run
                  """)
              .bind("revision", revision)
              .bind("variant", result.id().variant())
              .bind("rerun", result.id().rerun())
              .bind("pool", result.about().pool())
              .bind("queuedAt", result.queuedAt().toEpochMilli())
              .bind("outcome", result.outcome().word())
              .bind("run", result.run())
              .bind("worker", result.worker())
              .bind("startedAt", result.startedAt().toEpochMilli())
              .bind("finishedAt", result.finishedAt().toEpochMilli())
              .bind("summary", result.summary())
              .execute()
          > 0;
    }

    private void verdict(long revision, Verdict verdict) {
      int changed =
          handle
              .createUpdate(
                  """
                  UPDATE revision SET outcome = :outcome, finished_at = :finishedAt,
                    duration_millis = :durationMillis, summary = :summary
                  WHERE id = :revision
                    AND (outcome IS NOT :outcome OR finished_at IS NOT :finishedAt)
                  """)
              .bind("revision", revision)
              .bind("outcome", verdict.outcome().word())
              .bind("finishedAt", verdict.finishedAt().toEpochMilli())
              .bind("durationMillis", verdict.duration().toMillis())
              .bind("summary", verdict.summary())
              .execute();
      if (changed > 0) {
        feed(revision);
      }
    }

    private void feed(long revision) {
      handle
          .createUpdate(
              """
              INSERT INTO feed (revision, outcome, at)
              SELECT id, outcome, finished_at FROM revision WHERE id = :revision
              """)
          .bind("revision", revision)
          .execute();
    }

    /** Writes the commit, with the job that was first queued for it; returns the id of its row. */
    private long revision(Job job) {
      long repository = repositories.computeIfAbsent(job.repository().name(), this::repository);
      long branch = branch(repository, job.ref(), job.queuedAt());
      Change change = job.change();
      return handle
          .createQuery(
              """
              INSERT INTO revision (repository, branch, hash, tree, parent, author, subject,
                                    authored_at, queued_at)
              VALUES (:repository, :branch, :hash, :tree, :parent, :author, :subject,
                      :authoredAt, :queuedAt)
              ON CONFLICT DO NOTHING RETURNING id
              """)
          .bind("repository", repository)
          .bind("branch", branch)
          .bind("hash", job.commit().value())
          .bind("tree", job.tree() == null ? null : job.tree().value())
          .bind("parent", job.parents().stream().findFirst().map(CommitId::value).orElse(null))
          .bind("author", change == null ? null : change.author())
          .bind("subject", change == null ? null : change.subject())
          .bind("authoredAt", change == null ? null : change.authoredAt().toEpochMilli())
          .bind("queuedAt", job.queuedAt().toEpochMilli())
          .mapTo(Long.class)
          .findOne()
          .orElseGet(() -> knownRevision(repository, job.commit()));
    }

    private long knownRevision(long repository, CommitId commit) {
      return handle
          .createQuery("SELECT id FROM revision WHERE repository = :repository AND hash = :hash")
          .bind("repository", repository)
          .bind("hash", commit.value())
          .mapTo(Long.class)
          .one();
    }

    private long repository(String name) {
      handle.execute("INSERT INTO repository (name) VALUES (?) ON CONFLICT DO NOTHING", name);
      return handle
          .createQuery("SELECT id FROM repository WHERE name = :name")
          .bind("name", name)
          .mapTo(Long.class)
          .one();
    }

    private long branch(long repository, String ref, Instant queuedAt) {
      return handle
          .createQuery(
              """
              INSERT INTO branch (repository, ref, latest_at) VALUES (:repository, :ref, :at)
              ON CONFLICT DO UPDATE SET latest_at = max(latest_at, excluded.latest_at)
              RETURNING id
              """)
          .bind("repository", repository)
          .bind("ref", ref)
          .bind("at", queuedAt.toEpochMilli())
          .mapTo(Long.class)
          .one();
    }
  }
}
