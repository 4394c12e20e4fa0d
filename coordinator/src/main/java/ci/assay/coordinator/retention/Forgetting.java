package ci.assay.coordinator.retention;

import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoredResults;
import ci.assay.model.Job;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Removes everything that is stored of a repository. Its folder is first moved aside, atomically
 * and durably; deleting it may be interrupted, and is continued by {@link #finish}.
 */
public final class Forgetting {

  private static final String ASIDE = ".forgotten";

  private final ResultsFolder folders;
  private final Disk disk;

  public Forgetting(Path results) {
    this.folders = new ResultsFolder(results);
    this.disk = new Disk(folders);
  }

  /**
   * The jobs of a repository that have no result, including reruns.
   *
   * @throws CannotRunException when the folder cannot be read
   */
  public List<Job> owed(String repository) {
    List<Job> owed = new ArrayList<>();
    try {
      for (Path commit : ResultsFolder.folders(folders.repository(repository))) {
        for (Path variant : ResultsFolder.folders(commit)) {
          for (Path job : ResultsFolder.jobsOf(variant)) {
            Optional<Job> asked = StoredResults.jobIn(job);
            if (asked.isPresent() && !Files.exists(job.resolve(ResultsFolder.RESULT))) {
              owed.add(asked.get());
            }
          }
        }
      }
      return owed;
    } catch (IOException e) {
      throw trouble("read", repository, e);
    }
  }

  /** Whether anything is stored of a repository. */
  public boolean isKnown(String repository) {
    return Files.isDirectory(folders.repository(repository));
  }

  /**
   * Moves everything of a repository aside; the move is on disk when this returns.
   *
   * @throws CannotRunException when it cannot be moved; nothing has changed then
   */
  public void putAside(String repository) {
    Path aside = folders.root().resolve(ASIDE);
    try {
      Files.createDirectories(aside);
      Files.move(
          folders.repository(repository),
          aside.resolve(repository + "." + UUID.randomUUID()),
          StandardCopyOption.ATOMIC_MOVE);
      disk.sync(aside);
      disk.sync(folders.root());
    } catch (IOException e) {
      throw trouble("move", repository, e);
    }
    CrashPoint.FORGET_ASIDE.reached();
  }

  /** The repositories that were moved aside and are not deleted yet. */
  public List<String> aside() {
    try {
      return ResultsFolder.list(folders.root().resolve(ASIDE)).stream()
          .map(path -> path.getFileName().toString())
          .map(name -> name.substring(0, name.lastIndexOf('.')))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw trouble("read", ASIDE, e);
    }
  }

  /**
   * Deletes everything that was moved aside, also by an earlier process.
   *
   * @throws CannotRunException when a file cannot be deleted
   */
  public void finish() {
    Path aside = folders.root().resolve(ASIDE);
    try {
      for (Path each : ResultsFolder.list(aside)) {
        delete(each);
      }
      Files.deleteIfExists(aside);
    } catch (IOException e) {
      throw trouble("delete", ASIDE, e);
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            CrashPoint.FORGET_FILE_GONE.reached();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private CannotRunException trouble(String verb, String what, IOException e) {
    return new CannotRunException(
        "cannot %s %s in %s: %s".formatted(verb, what, folders.root(), e.toString()), e);
  }
}
