package ci.assay.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** Reads commits, branches and jobs. Thread-safe. */
public final class CommitQueries {

  private static final String COMMITS =
      """
      SELECT revision.id, repository.name AS repository, branch.ref, hash AS "commit", parent,
             author, subject, authored_at, revision.queued_at, outcome, finished_at,
             duration_millis, summary
      FROM revision JOIN repository ON repository.id = revision.repository
                    JOIN branch ON branch.id = revision.branch
      """;
  private static final String JOBS =
      """
      SELECT repository.name AS repository, branch.ref, hash AS "commit", subject, variant, rerun,
             pool, job.queued_at, job.outcome, run, worker, started_at, job.finished_at, job.summary
      FROM job JOIN revision ON revision.id = job.revision
               JOIN repository ON repository.id = revision.repository
               JOIN branch ON branch.id = revision.branch
      """;

  /** How many first parents of a branch's tip are looked at, more than anybody pages through. */
  private static final int LONGEST_LINE = 2_000;

  /** Commits that were first seen on the branch, or are its tip or first parents of that. */
  private static final String OF_BRANCH =
      """
      WHERE revision.id IN (
        WITH RECURSIVE wanted (id, repository, tip) AS (
          SELECT branch.id, branch.repository, tip
          FROM branch JOIN repository ON repository.id = branch.repository
          WHERE name = :repository AND ref = :ref),
        led (revision, repository, parent, depth) AS (
          SELECT revision.id, revision.repository, parent, 1
          FROM wanted JOIN revision ON revision.repository = wanted.repository AND hash = tip
          UNION ALL
          SELECT revision.id, revision.repository, revision.parent, depth + 1
          FROM led JOIN revision ON revision.repository = led.repository AND hash = led.parent
          WHERE depth < :longest)
        SELECT revision FROM led
        UNION
        SELECT * FROM (SELECT revision.id FROM revision JOIN wanted ON branch = wanted.id
                       WHERE (queued_at, revision.id) < (:queuedAt, :id)<that>
                       ORDER BY queued_at DESC, revision.id DESC LIMIT :limit))\
      """;

  private static final String NEWEST_FIRST =
      " ORDER BY revision.queued_at DESC, revision.id DESC LIMIT :limit";

  private final Jdbi jdbi;
  private final BranchQueries branches;

  CommitQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.branches = new BranchQueries(jdbi);
  }

  /** The names of all repositories, in order. */
  public List<String> repositories() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT name FROM repository ORDER BY name")
                .mapTo(String.class)
                .list());
  }

  /** The branches of a repository, the one with the latest commit first. */
  public List<BranchLine> branches(String repository, int limit) {
    return branches.branches(repository, limit);
  }

  /** A branch that exists or, if no observer has reported branches, on which commits were seen. */
  public Optional<BranchLine> branch(String repository, String ref) {
    return branches.branch(repository, ref);
  }

  /**
   * The last commits of some branches, by the ids of the branches' rows, the oldest first. The last
   * one is the tip, if that is known and has a job.
   *
   * @param limit the most commits of each branch
   */
  public Map<Long, List<StripLine>> lastOf(List<BranchLine> some, int limit) {
    return branches.lastOf(some, limit);
  }

  /**
   * The tips of some branches and their first parents, by the ids of the branches' rows: the newest
   * first, up to one that passed, the last known one, or 500 commits. Empty for a branch whose tip
   * is unknown or has no job.
   */
  public Map<Long, List<LineageLine>> sinceLastPassed(List<BranchLine> some) {
    return branches.sinceLastPassed(some);
  }

  /** Commits after the cursor, the newest first. */
  public List<CommitLine> newest(CommitFilter filter, PageCursor after, int limit) {
    StringBuilder sql = new StringBuilder(COMMITS);
    sql.append(
        filter.ref() == null
            ? "WHERE revision.repository = (SELECT id FROM repository WHERE name = :repository)"
            : OF_BRANCH);
    if (filter.outcome() != null) {
      sql.append(" AND outcome = :outcome");
    }
    sql.append(" AND (revision.queued_at, revision.id) < (:queuedAt, :id)").append(NEWEST_FIRST);
    return jdbi.withHandle(
        handle -> {
          Query query =
              handle
                  .createQuery(sql)
                  .bind("repository", filter.repository())
                  .bind("queuedAt", after.queuedAt())
                  .bind("id", after.id())
                  .bind("limit", limit);
          if (filter.ref() != null) {
            query
                .bind("ref", filter.ref())
                .bind("longest", LONGEST_LINE)
                .define("that", filter.outcome() == null ? "" : " AND outcome = :outcome");
          }
          if (filter.outcome() != null) {
            query.bind("outcome", filter.outcome().word());
          }
          return query.mapTo(CommitLine.class).list();
        });
  }

  /** Commits of all repositories after the cursor, the newest first. */
  public List<CommitLine> newestOfAll(PageCursor after, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    COMMITS
                        + "WHERE (revision.queued_at, revision.id) < (:queuedAt, :id)"
                        + NEWEST_FIRST)
                .bind("queuedAt", after.queuedAt())
                .bind("id", after.id())
                .bind("limit", limit)
                .mapTo(CommitLine.class)
                .list());
  }

  /** One commit, by its full id. */
  public Optional<CommitLine> commit(String repository, String commit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(COMMITS + "WHERE hash = :commit AND repository.name = :repository")
                .bind("repository", repository)
                .bind("commit", commit)
                .mapTo(CommitLine.class)
                .findOne());
  }

  /** Commits of all repositories whose ids begin with these digits, up to a limit. */
  public List<CommitLine> beginning(String digits, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    COMMITS + "WHERE hash >= :from AND hash < :to ORDER BY hash LIMIT :limit")
                .bind("from", digits)
                .bind("to", digits + "g")
                .bind("limit", limit)
                .mapTo(CommitLine.class)
                .list());
  }

  /** The jobs of a commit, ordered by variant and rerun. */
  public List<JobLine> jobs(String repository, String commit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    JOBS
                        + "WHERE hash = :commit AND repository.name = :repository"
                        + " ORDER BY variant, rerun")
                .bind("repository", repository)
                .bind("commit", commit)
                .mapTo(JobLine.class)
                .list());
  }

  /** The jobs without a result, the longest waiting first. */
  public List<JobLine> owed(int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    JOBS + "WHERE job.outcome IS NULL ORDER BY job.queued_at, job.id LIMIT :limit")
                .bind("limit", limit)
                .mapTo(JobLine.class)
                .list());
  }

  /** How many jobs have no result. */
  public long owed() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT count(*) FROM job WHERE outcome IS NULL")
                .mapTo(Long.class)
                .one());
  }

  /** The jobs whose runs finished since a time, the latest first. */
  public List<JobLine> finished(Instant since, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    JOBS
                        + "WHERE job.outcome IS NOT NULL AND job.finished_at >= :since"
                        + " ORDER BY job.finished_at DESC LIMIT :limit")
                .bind("since", since.toEpochMilli())
                .bind("limit", limit)
                .mapTo(JobLine.class)
                .list());
  }
}
