package ci.assay.index;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFiles;
import ci.assay.common.PrivateFolder;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/**
 * The index file, an SQLite database. Its readers see what was there when they began and never wait
 * for the one that writes; several processes on one machine may have it open. Safe for use by many
 * threads.
 */
public final class Index implements AutoCloseable {

  /** A rebuild holds the file for as long as it takes. */
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
   * Opens the index, and makes it or brings it to this version where that is needed.
   *
   * @throws CannotRunException when the file can't be opened, or a later version wrote it
   */
  public static Index open(Path file) {
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      if (!Files.isDirectory(folder)) {
        PrivateFolder.make(folder);
      }
      migrateAlone(file);
    } catch (IOException | FlywayException e) {
      throw new CannotRunException(
          "cannot open the index '%s': %s; delete it, and it will be rebuilt"
              .formatted(file, e.getMessage()),
          e);
    }
    return new Index(
        pool(source(file, TransactionMode.IMMEDIATE), 1, "SELECT 1"),
        pool(source(file, TransactionMode.DEFERRED), READERS, "PRAGMA query_only = true"));
  }

  /** What the pages show of commits, branches and jobs. */
  public CommitQueries commits() {
    return new CommitQueries(reading);
  }

  /** Tests and their last runs. */
  public TestQueries tests() {
    return new TestQueries(reading);
  }

  /** How things went over time. */
  public TrendQueries trends() {
    return new TrendQueries(reading);
  }

  /** Every verdict, in the order in which it was noticed. */
  public Feed feed() {
    return new Feed(reading);
  }

  /** For the one that writes. */
  Jdbi writing() {
    return writing;
  }

  /** The one that writes. */
  IndexWriter writer() {
    return new IndexWriter(writing);
  }

  @Override
  public void close() {
    readers.close();
    writers.close();
  }

  /** One after the other: two coordinators may find that there is no index, at the same time. */
  private static synchronized void migrateAlone(Path file) throws IOException {
    Path turn = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            PrivateFiles.open(turn, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock unused = channel.lock()) {
      if (!Files.exists(file)) {
        PrivateFiles.create(file); // what SQLite makes beside it gets the same mode
      }
      migrate(source(file, TransactionMode.IMMEDIATE));
    }
  }

  private static void migrate(DataSource source) {
    Flyway.configure(Index.class.getClassLoader())
        .dataSource(source)
        .locations("classpath:ci/assay/index/migrations")
        .load()
        .migrate();
  }

  private static DataSource source(Path file, TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout(Math.toIntExact(LONGEST_WAIT.toMillis()));
    config.enforceForeignKeys(true);
    config.setTransactionMode(mode);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  private static HikariDataSource pool(DataSource source, int connections, String first) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(connections);
    config.setPoolName("index");
    config.setConnectionInitSql(first);
    return new HikariDataSource(config);
  }
}
