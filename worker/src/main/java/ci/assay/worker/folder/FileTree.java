package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;

/** Deletes what a run may leave behind: read-only folders, links, paths longer than a path. */
public final class FileTree {

  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

  /** So many folders are open at once; each costs a descriptor. */
  private static final int MOST_OPEN = 32;

  /** With one more name (255 bytes at most, but 765 characters) it is still no path too long. */
  private static final int LONGEST_PATH = 3_000;

  /** How often a folder is listed again that somebody still writes into. */
  private static final int MOST_LISTINGS = 100;

  private FileTree() {}

  /**
   * Deletes this, and all below it; links are removed, never followed. Nothing there is fine. Needs
   * the same memory and the same few descriptors however deep it is: a folder that lies too deep is
   * moved up to the top, and is deleted from there.
   */
  public static void delete(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
      return;
    }
    new Deletion(path).run();
  }

  /** A folder that is being emptied. */
  private static final class Opened {
    final Path path;
    DirectoryStream<Path> stream;
    Iterator<Path> children;
    int listings = 1;

    Opened(Path path) throws IOException {
      this.path = path;
      makeOurs(path);
      this.stream = open(path);
      this.children = stream.iterator();
    }

    @SuppressWarnings("StreamResourceLeak") // closed when the folder is left, or the deletion fails
    private static DirectoryStream<Path> open(Path path) throws IOException {
      return Files.newDirectoryStream(path);
    }

    void listAgain() throws IOException {
      stream.close();
      stream = open(path);
      children = stream.iterator();
      listings++;
    }
  }

  private static final class Deletion {
    private final Path top;
    private final Deque<Opened> open = new ArrayDeque<>();

    /** Whether the top got folders that its listing may not show. */
    private boolean hasMoved;

    Deletion(Path top) {
      this.top = top;
    }

    void run() throws IOException {
      try {
        enter(top);
        while (!open.isEmpty()) {
          step(open.element());
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      } finally {
        for (Opened each : open) {
          each.stream.close();
        }
      }
    }

    private void step(Opened folder) throws IOException {
      if (!folder.children.hasNext()) {
        leave(folder);
        return;
      }
      Path child = folder.children.next();
      if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(child);
      } else if (open.size() < MOST_OPEN && child.toString().length() < LONGEST_PATH) {
        enter(child);
      } else {
        moveUp(child);
      }
    }

    private void enter(Path folder) throws IOException {
      try {
        open.push(new Opened(folder));
      } catch (NoSuchFileException e) {
        // Somebody else has deleted it.
      }
    }

    private void moveUp(Path folder) throws IOException {
      makeOurs(folder); // its entry for the folder above it changes, too
      Files.move(folder, top.resolve(".assay-delete-" + UUID.randomUUID()));
      hasMoved = true;
    }

    private void leave(Opened folder) throws IOException {
      if (hasMoved && open.size() == 1) {
        hasMoved = false;
        folder.listAgain();
        folder.listings = 1;
        return;
      }
      try {
        Files.deleteIfExists(folder.path);
        open.remove();
        folder.stream.close();
      } catch (DirectoryNotEmptyException e) {
        if (folder.listings >= MOST_LISTINGS) {
          throw e;
        }
        folder.listAgain();
      }
    }
  }

  private static void makeOurs(Path directory) throws IOException {
    if (!Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).containsAll(OURS)) {
      Files.setPosixFilePermissions(directory, OURS);
    }
  }
}
