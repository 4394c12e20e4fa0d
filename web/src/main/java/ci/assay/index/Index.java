package ci.assay.index;

import ci.assay.common.CannotRunException;
import ci.assay.sqlite.SqliteFile;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * The index file, an SQLite database. Readers see the state at the time when they began, and never
 * wait for the writer. Several processes on one machine may have it open. Thread-safe.
 */
public final class Index implements AutoCloseable {

  /** How long a writer waits for the lock: a rebuild keeps the file locked until it is done. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private static final int READERS = 4;

  private final Jdbi writing;
  private final Jdbi reading;
  private final HikariDataSource writers;
  private final HikariDataSource readers;

  private Index(HikariDataSource writers, HikariDataSource readers) {
    this.writers = writers;
    this.readers = readers;
    this.writing = Rows.mapped(writers);
    this.reading = Rows.mapped(readers);
  }

  /**
   * Opens the index. Creates it, or migrates it to this version, if needed.
   *
   * @throws CannotRunException when the file can't be opened, or a later version wrote it
   */
  public static Index open(Path file) {
    SqliteFile database = new SqliteFile(file);
    try {
      database.prepare(Index.class, config(TransactionMode.IMMEDIATE));
    } catch (IOException | FlywayException e) {
      throw new CannotRunException(
          "cannot open the index '%s': %s; delete it, and it will be rebuilt"
              .formatted(file, e.getMessage()),
          e);
    }
    return new Index(
        database.pool("index", config(TransactionMode.IMMEDIATE), 1, "SELECT 1"),
        database.pool(
            "index", config(TransactionMode.DEFERRED), READERS, "PRAGMA query_only = true"));
  }

  /** Queries for commits, branches and jobs. */
  public CommitQueries commits() {
    return new CommitQueries(reading);
  }

  /** Queries for tests and their last runs. */
  public TestQueries tests() {
    return new TestQueries(reading);
  }

  /** Queries for verdicts over time. */
  public TrendQueries trends() {
    return new TrendQueries(reading);
  }

  /** All verdicts, in the order in which they were indexed. */
  public Feed feed() {
    return new Feed(reading);
  }

  /** The connection for writing. */
  Jdbi writing() {
    return writing;
  }

  /** A writer for this index. */
  IndexWriter writer() {
    return new IndexWriter(writing);
  }

  @Override
  public void close() {
    readers.close();
    writers.close();
  }

  private static SQLiteConfig config(TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout(Math.toIntExact(LONGEST_WAIT.toMillis()));
    config.enforceForeignKeys(true);
    config.setTransactionMode(mode);
    return config;
  }
}
