package ci.assay.notify.outbox;

import ci.assay.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What is noted in one transaction. */
public final class Notes {

  private static final String SEEN =
      "SELECT repository, hash, ref, queued_at, outcome, mark FROM seen";

  private final Handle handle;

  Notes(Handle handle) {
    this.handle = handle;
  }

  /**
   * Something is to be told.
   *
   * @return whether that was not noted before
   */
  public boolean add(NewEntry entry, Instant now) {
    return handle
            .createUpdate(
                """
                INSERT INTO notice (id, rule, lane, repository, hash, kind, is_state, body, state,
                                    tries, created_at)
                VALUES (:id, :rule, :lane, :repository, :hash, :kind, :isState, :body, 'pending', 0,
                        :now)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", entry.id())
            .bind("rule", entry.address().rule())
            .bind("lane", entry.address().lane())
            .bind("repository", entry.subject().repository())
            .bind("hash", entry.subject().commit())
            .bind("kind", entry.subject().kind())
            .bind("isState", entry.isState())
            .bind("body", entry.body())
            .bind("now", now.toEpochMilli())
            .execute()
        > 0;
  }

  /** Since when verdicts are told; begins now where nothing was ever noted. */
  public Instant began(Instant now) {
    Optional<Long> known =
        handle.createQuery("SELECT began FROM progress").mapTo(Long.class).findOne();
    if (known.isEmpty()) {
      handle.execute("INSERT INTO progress VALUES (?, ?)", now.toEpochMilli(), now.toEpochMilli());
    }
    return known.map(Instant::ofEpochMilli).orElse(now);
  }

  /** Everything that was stored until then is noted. */
  public void completeUntil(Instant time) {
    handle.execute("UPDATE progress SET complete_until = ?", time.toEpochMilli());
  }

  /** The verdict of a commit as it was last seen. */
  public Optional<Seen> seen(String repository, String commit) {
    return handle
        .createQuery(SEEN + " WHERE repository = :repository AND hash = :hash")
        .bind("repository", repository)
        .bind("hash", commit)
        .map((row, context) -> Tables.seen(row))
        .findOne();
  }

  /** A verdict was seen. */
  public void see(Seen seen, Instant now) {
    handle.execute(
        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?)",
        seen.repository(),
        seen.commit(),
        seen.ref(),
        seen.queuedAt().toEpochMilli(),
        seen.outcome().word(),
        seen.mark(),
        now.toEpochMilli());
  }

  /** The last commit of a ref that was queued before then and came to a yes or no. */
  public Optional<Seen> decidedBefore(String repository, String ref, Instant queuedAt) {
    return handle
        .createQuery(
            SEEN
                + " WHERE repository = :repository AND ref = :ref AND queued_at < :queuedAt"
                + " AND outcome NOT IN (:skipped, :cancelled)"
                + " ORDER BY queued_at DESC LIMIT 1")
        .bind("repository", repository)
        .bind("ref", ref)
        .bind("queuedAt", queuedAt.toEpochMilli())
        .bind("skipped", Outcome.SKIPPED.word())
        .bind("cancelled", Outcome.CANCELLED.word())
        .map((row, context) -> Tables.seen(row))
        .findOne();
  }

  /** Forgets verdicts that were seen before then. */
  public void forgetSeenBefore(Instant time) {
    handle.execute("DELETE FROM seen WHERE seen_at < ?", time.toEpochMilli());
  }

  /** It is not known yet whether this commit changed its branch. */
  public void undecided(String repository, String commit) {
    handle.execute(
        "INSERT INTO undecided VALUES (?, ?) ON CONFLICT DO NOTHING", repository, commit);
  }

  /** It is known now, or of no consequence. */
  public void decided(String repository, String commit) {
    handle.execute("DELETE FROM undecided WHERE repository = ? AND hash = ?", repository, commit);
  }

  /** The commits of a repository of which it is not known, those queued first before the others. */
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

  /** Whether it is not known of a commit of that ref that was queued before then. */
  public boolean isUndecidedBefore(String repository, String ref, Instant queuedAt) {
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

  /** The branch, where it fails. */
  public Optional<Broken> broken(String repository, String ref) {
    return handle
        .createQuery(
            "SELECT repository, ref, hash, queued_at, since FROM broken"
                + " WHERE repository = :repository AND ref = :ref")
        .bind("repository", repository)
        .bind("ref", ref)
        .map((row, context) -> Tables.broken(row))
        .findOne();
  }

  /** A branch fails from now on. */
  public void breaks(Broken broken) {
    handle.execute(
        "INSERT OR REPLACE INTO broken VALUES (?, ?, ?, ?, ?, FALSE)",
        broken.repository(),
        broken.ref(),
        broken.commit(),
        broken.queuedAt().toEpochMilli(),
        broken.since().toEpochMilli());
  }

  /** A branch fails no longer, or is gone. */
  public void mends(String repository, String ref) {
    handle.execute("DELETE FROM broken WHERE repository = ? AND ref = ?", repository, ref);
  }

  /** That a branch still fails was told. */
  public void toldAgain(Broken broken) {
    handle.execute(
        "UPDATE broken SET is_told_again = TRUE WHERE repository = ? AND ref = ?",
        broken.repository(),
        broken.ref());
  }
}
