package ci.assay.sqlite;

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
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** One SQLite file, which this class creates and migrates to the version of the program. */
public record SqliteFile(Path path) {

  /**
   * Creates the file if it is missing, and migrates it. Several coordinators may do this at the
   * same time, so it happens under a lock, which is a file beside it.
   *
   * @param owner the migrations are in the folder {@code migrations} of its package
   * @param config for the connection that migrates
   * @throws IOException when the file cannot be created or locked
   * @throws FlywayException when it cannot be migrated, for example since a later version wrote it
   */
  public void prepare(Class<?> owner, SQLiteConfig config) throws IOException {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    if (!Files.isDirectory(folder)) {
      PrivateFolder.make(folder);
    }
    migrateAlone(owner, config, path.resolveSibling(path.getFileName() + ".lock"));
  }

  /** The lock is for other processes; threads of this one cannot share it. */
  private void migrateAlone(Class<?> owner, SQLiteConfig config, Path lock) throws IOException {
    synchronized (SqliteFile.class) {
      try (FileChannel channel =
              PrivateFiles.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock unused = channel.lock()) {
        if (!Files.exists(path)) {
          PrivateFiles.create(path); // the files that SQLite creates beside it get the same mode
        }
        Flyway.configure(owner.getClassLoader())
            .dataSource(source(config))
            .locations("classpath:" + owner.getPackageName().replace('.', '/') + "/migrations")
            .load()
            .migrate();
      }
    }
  }

  /**
   * A pool of connections; closed by the caller.
   *
   * @param name of its threads
   * @param first a statement that each connection begins with; null for none
   */
  public HikariDataSource pool(
      String name, SQLiteConfig config, int connections, @Nullable String first) {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(source(config));
    pool.setMaximumPoolSize(connections);
    pool.setPoolName(name);
    pool.setConnectionInitSql(first);
    return new HikariDataSource(pool);
  }

  private DataSource source(SQLiteConfig config) {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + path.toAbsolutePath());
    return source;
  }
}
