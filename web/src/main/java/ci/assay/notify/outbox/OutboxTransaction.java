package ci.assay.notify.outbox;

import ci.assay.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Changes to the outbox in one transaction. For use by one thread, within that transaction. */
public final class OutboxTransaction {

  private static final String VERDICTS =
      "SELECT repository, hash, ref, queued_at, outcome, mark FROM seen";

  private final Handle handle;

  OutboxTransaction(Handle handle) {
    this.handle = handle;
  }

  /**
   * Adds a notice.
   *
   * @return false if the outbox has one with this id already
   */
  public boolean add(NewEntry entry, Instant now) {
    return handle
            .createUpdate(
                """
                INSERT INTO notice (id, rule, queue, repository, hash, kind, is_state, body, state,
                                    tries, created_at)
                VALUES (:id, :rule, :queue, :repository, :hash, :kind, :isState, :body, 'pending', 0,
                        :now)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", entry.id())
            .bind("rule", entry.address().rule())
            .bind("queue", entry.address().queue())
            .bind("repository", entry.subject().repository())
            .bind("hash", entry.subject().commit())
            .bind("kind", entry.subject().kind())
            .bind("isState", entry.isState())
            .bind("body", entry.body())
            .bind("now", now.toEpochMilli())
            .execute()
        > 0;
  }

  /** Since when verdicts are notified; that is set to now at the first call. */
  public Instant startedAt(Instant now) {
    Optional<Long> known =
        handle.createQuery("SELECT began FROM progress").mapTo(Long.class).findOne();
    if (known.isEmpty()) {
      handle.execute("INSERT INTO progress VALUES (?, ?)", now.toEpochMilli(), now.toEpochMilli());
    }
    return known.map(Instant::ofEpochMilli).orElse(now);
  }

  /** States that the outbox has the notices of all that was stored until then. */
  public void setCompleteUntil(Instant time) {
    handle.execute("UPDATE progress SET complete_until = ?", time.toEpochMilli());
  }

  /** The verdict of a commit as it was last recorded. */
  public Optional<RecordedVerdict> recordedVerdict(String repository, String commit) {
    return handle
        .createQuery(VERDICTS + " WHERE repository = :repository AND hash = :hash")
        .bind("repository", repository)
        .bind("hash", commit)
        .map((row, context) -> RowMappers.recordedVerdict(row))
        .findOne();
  }

  /** Records a verdict, in place of an earlier one of the same commit. */
  public void recordVerdict(RecordedVerdict verdict, Instant now) {
    handle.execute(
        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?)",
        verdict.repository(),
        verdict.commit(),
        verdict.ref(),
        verdict.queuedAt().toEpochMilli(),
        verdict.outcome().word(),
        verdict.fingerprint(),
        now.toEpochMilli());
  }

  /**
   * The last commit of a ref queued before then with an outcome other than skipped or cancelled.
   */
  public Optional<RecordedVerdict> lastConclusiveBefore(
      String repository, String ref, Instant queuedAt) {
    return handle
        .createQuery(
            VERDICTS
                + " WHERE repository = :repository AND ref = :ref AND queued_at < :queuedAt"
                + " AND outcome NOT IN (:skipped, :cancelled)"
                + " ORDER BY queued_at DESC LIMIT 1")
        .bind("repository", repository)
        .bind("ref", ref)
        .bind("queuedAt", queuedAt.toEpochMilli())
        .bind("skipped", Outcome.SKIPPED.word())
        .bind("cancelled", Outcome.CANCELLED.word())
        .map((row, context) -> RowMappers.recordedVerdict(row))
        .findOne();
  }

  /** Deletes verdicts that were recorded before then. */
  public void deleteVerdictsBefore(Instant time) {
    handle.execute("DELETE FROM seen WHERE seen_at < ?", time.toEpochMilli());
  }

  /** Records that it is not known yet whether this commit broke or mended its branch. */
  public void markUndecided(String repository, String commit) {
    handle.execute(
        "INSERT INTO undecided VALUES (?, ?) ON CONFLICT DO NOTHING", repository, commit);
  }

  /** Records that this commit is decided, or need not be. */
  public void clearUndecided(String repository, String commit) {
    handle.execute("DELETE FROM undecided WHERE repository = ? AND hash = ?", repository, commit);
  }

  /** The undecided commits of a repository, in the order in which they were queued. */
  public List<String> undecided(String repository, int limit) {
    return handle
        .createQuery(
            """
            SELECT hash FROM undecided NATURAL JOIN seen WHERE repository = :repository
            ORDER BY queued_at LIMIT :limit
            """)
        .bind("repository", repository)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** Whether a commit of that ref that was queued before then is undecided. */
  public boolean hasUndecidedBefore(String repository, String ref, Instant queuedAt) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT 1 FROM undecided NATURAL JOIN seen
              WHERE repository = :repository AND ref = :ref AND queued_at < :queuedAt)
            """)
        .bind("repository", repository)
        .bind("ref", ref)
        .bind("queuedAt", queuedAt.toEpochMilli())
        .mapTo(Boolean.class)
        .one();
  }

  /** The record of a broken branch; empty if the branch is not broken. */
  public Optional<BrokenBranch> brokenBranch(String repository, String ref) {
    return handle
        .createQuery(
            "SELECT repository, ref, hash, queued_at, since FROM broken"
                + " WHERE repository = :repository AND ref = :ref")
        .bind("repository", repository)
        .bind("ref", ref)
        .map((row, context) -> RowMappers.brokenBranch(row))
        .findOne();
  }

  /** Records that a branch is broken. */
  public void markBroken(BrokenBranch broken) {
    handle.execute(
        "INSERT OR REPLACE INTO broken VALUES (?, ?, ?, ?, ?, FALSE)",
        broken.repository(),
        broken.ref(),
        broken.commit(),
        broken.queuedAt().toEpochMilli(),
        broken.since().toEpochMilli());
  }

  /** Records that a branch is no longer broken, or was deleted. */
  public void clearBroken(String repository, String ref) {
    handle.execute("DELETE FROM broken WHERE repository = ? AND ref = ?", repository, ref);
  }

  /** Records that the reminder about a broken branch was added. */
  public void markReminded(BrokenBranch broken) {
    handle.execute(
        "UPDATE broken SET is_reminded = TRUE WHERE repository = ? AND ref = ?",
        broken.repository(),
        broken.ref());
  }
}
