package ci.assay.cli.run;

import ci.assay.cli.console.IoTrouble;
import ci.assay.cli.embedded.FolderLock;
import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFolder;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders of {@code assay run} in the user's cache. */
public final class RunFolders {

  /** How many results of earlier runs are kept. */
  private static final int KEPT = 20;

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path cache;
  private final Clock clock;

  /**
   * @param cache Assay's folder in the user's cache
   */
  public RunFolders(Path cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
  }

  /**
   * Locks the first work folder that no other process uses. It has the mirrors, checkouts and homes
   * of the last run, which makes the next one fast.
   *
   * @throws CannotRunException when none can be created
   */
  public FolderLock freeWorkFolder() {
    for (int number = 1; ; number++) {
      FolderLock lock = FolderLock.tryOf(cache.resolve("run-" + number));
      if (lock != null) {
        return lock;
      }
    }
  }

  /**
   * Creates a new folder for results, and deletes the oldest ones of earlier runs.
   *
   * @param repository becomes a part of the folder's name
   * @throws CannotRunException when it cannot be created
   */
  public Path newResults(String repository) {
    Path runs = cache.resolve("runs");
    String stamp = STAMP.format(clock.instant().atZone(ZoneId.systemDefault()));
    try {
      PrivateFolder.make(runs);
      Path folder = runs.resolve(stamp + "-" + repository);
      for (int again = 2; Files.exists(folder); again++) {
        folder = runs.resolve(stamp + "-" + repository + "-" + again);
      }
      Files.createDirectory(folder);
      deleteOldest(runs);
      return folder;
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot make a folder in '" + runs + "': " + IoTrouble.inWords(e), e);
    }
  }

  private static void deleteOldest(Path runs) throws IOException {
    List<Path> newestFirst;
    try (Stream<Path> all = Files.list(runs)) {
      newestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
      delete(old);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
