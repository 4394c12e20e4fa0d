package ci.assay.notify.outbox;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFiles;
import ci.assay.common.PrivateFolder;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * What is to be told, in a file in the results folder, so that whichever coordinator is active goes
 * on where another one stopped. What a method noted is on the disk when it returns. It decides
 * about no verdict: without it only what was told already would not be known. Safe for use by many
 * threads and processes.
 */
public final class Outbox implements AutoCloseable {

  private static final int LONGEST_WAIT_MILLIS = 30_000;

  private final HikariDataSource source;
  private final Jdbi jdbi;

  private Outbox(HikariDataSource source) {
    this.source = source;
    this.jdbi = Jdbi.create(source);
  }

  /** Where it is. */
  public static Path fileIn(Path results) {
    return results.resolve(".notify").resolve("outbox.db");
  }

  /**
   * Opens it, and makes it where it is missing.
   *
   * @throws CannotRunException when that cannot be done, or a later version wrote it
   */
  public static Outbox open(Path file) {
    try {
      PrivateFolder.make(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      if (!Files.exists(file)) {
        create(file);
      }
      SQLiteDataSource source = source(file);
      Flyway.configure(Outbox.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:ci/assay/notify/outbox/migrations")
          .load()
          .migrate();
      return new Outbox(pool(source));
    } catch (IOException | FlywayException e) {
      throw new CannotRunException(
          "cannot open the outbox of notifications '%s': %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void create(Path file) throws IOException {
    try {
      PrivateFiles.create(file);
    } catch (FileAlreadyExistsException e) {
      // by another one, just now
    }
  }

  /** Without a log beside it, which several machines could not share; each write is flushed. */
  private static SQLiteDataSource source(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.TRUNCATE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(LONGEST_WAIT_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  private static HikariDataSource pool(SQLiteDataSource source) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(1);
    config.setPoolName("outbox");
    return new HikariDataSource(config);
  }

  /** Notes what is to be told: all of it or nothing. */
  public void note(Consumer<Notes> work) {
    using(handle -> work.accept(new Notes(handle)));
  }

  /** Until when all verdicts were noted; empty before the first time. */
  public Optional<Instant> completeUntil() {
    return with(
        handle ->
            handle
                .createQuery("SELECT complete_until FROM progress")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
  }

  /** Branches that have been failing since before then and of which that was not told. */
  public List<Broken> brokenSince(Instant before) {
    return with(
        handle ->
            handle
                .createQuery(
                    "SELECT repository, ref, hash, queued_at, since FROM broken"
                        + " WHERE NOT is_told_again AND since <= :before")
                .bind("before", before.toEpochMilli())
                .map((row, context) -> Tables.broken(row))
                .list());
  }

  /** The lanes in which something is to be told now. */
  public List<String> due(Instant now) {
    return with(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT lane FROM notice LEFT JOIN lane ON lane.name = notice.lane
                    WHERE state = 'pending' AND coalesce(next_at, 0) <= :now
                    GROUP BY lane ORDER BY min(sequence)
                    """)
                .bind("now", now.toEpochMilli())
                .mapTo(String.class)
                .list());
  }

  /** What is next in a lane. */
  public Optional<Entry> next(String lane) {
    return with(
        handle ->
            handle
                .createQuery(
                    Tables.ENTRIES
                        + " WHERE state = 'pending' AND lane = :lane ORDER BY sequence LIMIT 1")
                .bind("lane", lane)
                .map((row, context) -> Tables.entry(row))
                .findOne());
  }

  /** Whether a later state of the same commit is told by the same rule, or is to be. */
  public boolean isOvertaken(Entry entry) {
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

  /** One was told, overtaken or given up; its lane goes on with the next, and waits no longer. */
  public void done(Entry entry, Entry.State state, String said, Instant now) {
    using(
        handle -> {
          tried(handle, entry, state, said, now);
          if (state != Entry.State.OVERTAKEN) { // of which the receiver heard nothing
            handle.execute("DELETE FROM lane WHERE name = ?", entry.address().lane());
          }
        });
  }

  /**
   * One was tried in vain, and its lane waits. Of those in it that were noted too long ago nothing
   * more is tried.
   *
   * @param given how long ago that is: what was noted before then is given up
   */
  public void failed(Entry entry, Lane lane, Instant given, Instant now) {
    using(
        handle -> {
          tried(handle, entry, Entry.State.PENDING, lane.said(), now);
          handle
              .createUpdate(
                  """
                  UPDATE notice SET state = 'given_up', tried_at = :now, said = :said
                  WHERE state = 'pending' AND lane = :lane AND created_at < :given
                  """)
              .bind("now", now.toEpochMilli())
              .bind("said", "given up: " + lane.said())
              .bind("lane", lane.name())
              .bind("given", given.toEpochMilli())
              .execute();
          handle.execute(
              "INSERT OR REPLACE INTO lane VALUES (?, ?, ?, ?, ?)",
              lane.name(),
              lane.failures(),
              lane.nextAt().toEpochMilli(),
              lane.isStopped(),
              lane.said());
        });
  }

  private static void tried(
      Handle handle, Entry entry, Entry.State state, String said, Instant now) {
    handle
        .createUpdate(
            """
            UPDATE notice SET state = :state, tries = tries + :more, tried_at = :now, said = :said
            WHERE id = :id
            """)
        .bind("state", state.word())
        .bind("more", state == Entry.State.OVERTAKEN ? 0 : 1)
        .bind("now", now.toEpochMilli())
        .bind("said", said)
        .bind("id", entry.id())
        .execute();
  }

  /** A lane that waits; empty for one that went well the last time. */
  public Optional<Lane> lane(String name) {
    return lanes().stream().filter(lane -> lane.name().equals(name)).findFirst();
  }

  /** The lanes that wait. */
  public List<Lane> lanes() {
    return with(
        handle ->
            handle
                .createQuery("SELECT name, failures, next_at, is_stopped, said FROM lane")
                .map((row, context) -> Tables.lane(row))
                .list());
  }

  /** The latest of one state, the newest first. */
  public List<Entry> latest(Entry.State state, int limit) {
    return with(
        handle ->
            handle
                .createQuery(
                    Tables.ENTRIES + " WHERE state = :state ORDER BY sequence DESC LIMIT :limit")
                .bind("state", state.word())
                .bind("limit", limit)
                .map((row, context) -> Tables.entry(row))
                .list());
  }

  /** How many there are of each state, and since when the oldest waits. */
  public Totals totals() {
    return with(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT coalesce(sum(state = 'pending'), 0), coalesce(sum(state = 'told'), 0),
                      coalesce(sum(state = 'given_up'), 0),
                      min(CASE WHEN state = 'pending' THEN created_at END) FROM notice
                    """)
                .map((row, context) -> Tables.totals(row))
                .one());
  }

  /**
   * Has what was told or given up told once more, in its old order.
   *
   * @return how many there are
   */
  public int replay(Selection which, Instant now) {
    return with(
        handle -> {
          int found =
              handle
                  .createUpdate(
                      """
                      UPDATE notice SET state = 'pending', tries = 0, created_at = :now
                      WHERE state IN ('told', 'given_up')
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
              "DELETE FROM lane WHERE name IN (SELECT lane FROM notice WHERE state = 'pending')");
          return found;
        });
  }

  /** Forgets what was done before then. */
  public void forgetDoneBefore(Instant time) {
    using(
        handle ->
            handle.execute(
                "DELETE FROM notice WHERE state <> 'pending' AND tried_at < ?",
                time.toEpochMilli()));
  }

  /** Forgets all of a repository, also what is not told yet. */
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

  /** In a transaction; trouble with the file is nobody's defect. */
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
