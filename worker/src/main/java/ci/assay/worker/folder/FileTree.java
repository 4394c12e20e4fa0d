package ci.assay.worker.folder;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Deletes what a run may leave behind: read-only folders, links, paths longer than a path. */
public final class FileTree {

  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

  private static final String BY_FORCE = "chmod -R u+rwx -- \"$1\"; rm -rf -- \"$1\"";

  private FileTree() {}

  /** Deletes this, and all below it; links are removed, never followed. Nothing there is fine. */
  public static void delete(Path path) throws IOException {
    try {
      deleteInside(path);
    } catch (NoSuchFileException e) {
      return;
    } catch (FileSystemException e) {
      deleteByForce(path, e);
    }
  }

  /** The tool walks by descriptors, so that no depth is too deep for it. */
  private static void deleteByForce(Path path, IOException failure) throws IOException {
    try {
      new ProcessBuilder("sh", "-c", BY_FORCE, "sh", path.toString())
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw failure;
    }
  }

  private static void deleteInside(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      makeOurs(path);
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          deleteInside(child);
        }
      } catch (java.nio.file.DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    Files.delete(path);
  }

  private static void makeOurs(Path directory) throws IOException {
    if (!Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).containsAll(OURS)) {
      Files.setPosixFilePermissions(directory, OURS);
    }
  }
}
