package ci.assay.notify.outbox;

import ci.assay.common.CannotRunException;
import ci.assay.sqlite.SqliteFile;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;

/**
 * The notifications that are still to be sent, and those that were, in an SQLite file in the
 * results folder, so that a coordinator that becomes active goes on where its predecessor stopped.
 * What a method writes is on disk when it returns. No verdict depends on this file: if it is lost,
 * only what was already sent is unknown. Notices with the same queue are sent in their order. Safe
 * for use by many threads and processes.
 *
 * <p>Methods throw {@link CannotRunException} when the file cannot be read or written.
 */
public final class Outbox implements AutoCloseable {

  private static final int BUSY_TIMEOUT_MILLIS = 30_000;

  private final HikariDataSource source;
  private final Jdbi jdbi;

  private Outbox(HikariDataSource source) {
    this.source = source;
    this.jdbi = Jdbi.create(source);
  }

  /** The path of the file in a results folder. */
  public static Path fileIn(Path results) {
    return results.resolve(".notify").resolve("outbox.db");
  }

  /**
   * Opens the file, and creates it if it is missing.
   *
   * @throws CannotRunException when that fails, or a later version of Assay wrote the file
   */
  public static Outbox open(Path file) {
    SqliteFile database = new SqliteFile(file);
    try {
      database.prepare(Outbox.class, config());
    } catch (IOException | FlywayException e) {
      throw new CannotRunException(
          "cannot open the outbox of notifications '%s': %s".formatted(file, e.getMessage()), e);
    }
    return new Outbox(database.pool("outbox", config(), 1, null));
  }

  /** Not in WAL mode, which machines cannot share over a network; each write is flushed. */
  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.TRUNCATE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    return config;
  }

  /** Runs {@code work} in one transaction: all of its changes are written, or none. */
  public void inTransaction(Consumer<OutboxTransaction> work) {
    using(handle -> work.accept(new OutboxTransaction(handle)));
  }

  /** The time until which the outbox is complete; empty before the first transaction. */
  public Optional<Instant> completeUntil() {
    return with(
        handle ->
            handle
                .createQuery("SELECT complete_until FROM progress")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
  }

  /** Branches that broke before then, without a reminder so far. */
  public List<BrokenBranch> brokenWithoutReminder(Instant before) {
    return with(
        handle ->
            handle
                .createQuery(
                    "SELECT repository, ref, hash, queued_at, since FROM broken"
                        + " WHERE NOT is_reminded AND since <= :before")
                .bind("before", before.toEpochMilli())
                .map((row, context) -> RowMappers.brokenBranch(row))
                .list());
  }

  /** The queues in which a notice may be sent now. */
  public List<String> dueQueues(Instant now) {
    return with(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT notice.queue FROM notice LEFT JOIN retry ON retry.queue = notice.queue
                    WHERE state = 'pending' AND coalesce(next_at, 0) <= :now
                    GROUP BY notice.queue ORDER BY min(sequence)
                    """)
                .bind("now", now.toEpochMilli())
                .mapTo(String.class)
                .list());
  }

  /** The next pending notice of a queue. */
  public Optional<Entry> next(String queue) {
    return with(
        handle ->
            handle
                .createQuery(
                    RowMappers.ENTRIES
                        + " WHERE state = 'pending' AND queue = :queue ORDER BY sequence LIMIT 1")
                .bind("queue", queue)
                .map((row, context) -> RowMappers.entry(row))
                .findOne());
  }

  /** Whether there is a later status of the same commit for the same rule, sent or not. */
  public boolean isSuperseded(Entry entry) {
    return with(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT 1 FROM notice AS later JOIN notice AS this
                      ON later.rule = this.rule AND later.repository = this.repository
                        AND later.hash = this.hash AND later.sequence > this.sequence
                      WHERE this.id = :id AND this.is_state AND later.is_state)
                    """)
                .bind("id", entry.id())
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Stores the final state of a notice, and ends the wait of its queue.
   *
   * @param answer the receiver's answer, or the reason, on one line
   */
  public void finish(Entry entry, Entry.State state, String answer, Instant now) {
    using(
        handle -> {
          recordTry(handle, entry, state, answer, now);
          if (state != Entry.State.SUPERSEDED) { // such a notice was not sent, so it proves nothing
            handle.execute("DELETE FROM retry WHERE queue = ?", entry.address().queue());
          }
        });
  }

  /**
   * Stores a failed try, and until when its queue waits. Gives up those notices of the queue that
   * are too old.
   *
   * @param giveUpBefore notices created before this time are given up
   */
  public void recordFailure(Entry entry, RetryState state, Instant giveUpBefore, Instant now) {
    using(
        handle -> {
          recordTry(handle, entry, Entry.State.PENDING, state.lastAnswer(), now);
          handle
              .createUpdate(
                  """
                  UPDATE notice SET state = 'given_up', tried_at = :now, answer = :answer
                  WHERE state = 'pending' AND queue = :queue AND created_at < :given
                  """)
              .bind("now", now.toEpochMilli())
              .bind("answer", "given up: " + state.lastAnswer())
              .bind("queue", state.queue())
              .bind("given", giveUpBefore.toEpochMilli())
              .execute();
          handle.execute(
              "INSERT OR REPLACE INTO retry VALUES (?, ?, ?, ?, ?)",
              state.queue(),
              state.failures(),
              state.nextAt().toEpochMilli(),
              state.isStopped(),
              state.lastAnswer());
        });
  }

  private static void recordTry(
      Handle handle, Entry entry, Entry.State state, String answer, Instant now) {
    handle
        .createUpdate(
            """
            UPDATE notice SET state = :state, tries = tries + :more, tried_at = :now, answer = :answer
            WHERE id = :id
            """)
        .bind("state", state.word())
        .bind("more", state == Entry.State.SUPERSEDED ? 0 : 1)
        .bind("now", now.toEpochMilli())
        .bind("answer", answer)
        .bind("id", entry.id())
        .execute();
  }

  /** The retry state of a queue; empty if its last try succeeded. */
  public Optional<RetryState> retryState(String queue) {
    return with(
        handle ->
            handle
                .createQuery(RowMappers.RETRY_STATES + " WHERE queue = :queue")
                .bind("queue", queue)
                .map((row, context) -> RowMappers.retryState(row))
                .findOne());
  }

  /** The retry states of the queues whose last try failed. */
  public List<RetryState> retryStates() {
    return with(
        handle ->
            handle
                .createQuery(RowMappers.RETRY_STATES)
                .map((row, context) -> RowMappers.retryState(row))
                .list());
  }

  /** The latest notices in a state, the newest first. */
  public List<Entry> latest(Entry.State state, int limit) {
    return with(
        handle ->
            handle
                .createQuery(
                    RowMappers.ENTRIES
                        + " WHERE state = :state ORDER BY sequence DESC LIMIT :limit")
                .bind("state", state.word())
                .bind("limit", limit)
                .map((row, context) -> RowMappers.entry(row))
                .list());
  }

  /** How many notices there are in each state, and since when the oldest one waits. */
  public Totals totals() {
    return with(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT coalesce(sum(state = 'pending'), 0), coalesce(sum(state = 'sent'), 0),
                      coalesce(sum(state = 'given_up'), 0),
                      min(CASE WHEN state = 'pending' THEN created_at END) FROM notice
                    """)
                .map((row, context) -> RowMappers.totals(row))
                .one());
  }

  /**
   * Makes notices pending again that were sent or given up; their order and ids stay the same.
   *
   * @return how many
   */
  public int replay(Selection which, Instant now) {
    return with(
        handle -> {
          int found =
              handle
                  .createUpdate(
                      """
                      UPDATE notice SET state = 'pending', tries = 0, created_at = :now
                      WHERE state IN ('sent', 'given_up')
                        AND (:rule IS NULL OR rule = :rule) AND (:id IS NULL OR id = :id)
                        AND (:since IS NULL OR created_at >= :since)
                        AND (:state IS NULL OR state = :state)
                      """)
                  .bind("now", now.toEpochMilli())
                  .bind("rule", which.rule())
                  .bind("id", which.id())
                  .bind("since", which.since() == null ? null : which.since().toEpochMilli())
                  .bind("state", which.state() == null ? null : which.state().word())
                  .execute();
          handle.execute(
              "DELETE FROM retry WHERE queue IN (SELECT queue FROM notice WHERE state = 'pending')");
          return found;
        });
  }

  /** Deletes notices that were finished before then. */
  public void deleteFinishedBefore(Instant time) {
    using(
        handle ->
            handle.execute(
                "DELETE FROM notice WHERE state <> 'pending' AND tried_at < ?",
                time.toEpochMilli()));
  }

  /** Deletes all data about a repository, including pending notices. */
  public void forget(String repository) {
    using(
        handle -> {
          for (String table : List.of("notice", "seen", "undecided", "broken")) {
            handle.execute("DELETE FROM " + table + " WHERE repository = ?", repository);
          }
        });
  }

  private void using(Consumer<Handle> work) {
    Object unused =
        with(
            handle -> {
              work.accept(handle);
              return handle;
            });
  }

  /** Runs work in a transaction; an error of the file is reported as such, not as a defect. */
  private <T> T with(Function<Handle, T> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw new CannotRunException(
          "the outbox of notifications cannot be read or written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    source.close();
  }

  static Entry.State stateOf(String word) {
    return Entry.State.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
