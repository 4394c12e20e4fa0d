package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Deletes what a run may leave behind: read-only folders, links, paths longer than the system
 * allows. Nothing behind a mount is touched.
 */
public final class FileTree {

  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

  /** How many folders are open at once; each takes a file descriptor. */
  private static final int MOST_OPEN = 32;

  /** Short enough that a path is still not too long with one more name (up to 255 bytes) added. */
  private static final int LONGEST_PATH = 3_000;

  /** How often a folder is listed again while another process still writes into it. */
  private static final int MOST_LISTINGS = 100;

  private static final String DEVICE = "unix:dev";

  /** A mount that appears while we delete is noticed after this time. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private FileTree() {}

  /**
   * Deletes a file, or a folder with its content. Links are removed, never followed. Does nothing
   * if the path does not exist. Memory and file descriptors do not grow with the depth: a folder
   * that lies too deep is moved up to the top and deleted there.
   *
   * @throws FileSystemException when something cannot be deleted, or is a mount, behind which
   *     nothing is deleted; it names the file, the reason and the owner
   */
  public static void delete(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      deleteOne(path);
      return;
    }
    new Deletion(path, false, false, () -> false).run();
  }

  /**
   * As {@link #delete}, but the folder itself stays. Files that another process writes into it
   * meanwhile may stay too.
   */
  static void empty(Path folder) throws IOException {
    new Deletion(folder, true, false, () -> false).run();
  }

  /**
   * As {@link #delete}, but skips what cannot be deleted.
   *
   * @param isToStop whether to stop; asked repeatedly
   * @return whether nothing is left
   */
  static boolean deleteWhatGoes(Path path, BooleanSupplier isToStop) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      deleteOne(path);
      return true;
    }
    new Deletion(path, false, true, isToStop).run();
    return !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void deleteOne(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      throw e;
    } catch (IOException e) {
      throw FileTrouble.undeletable(path, e);
    }
  }

  /** A folder that is being emptied. */
  private static final class Opened {
    final Path path;
    DirectoryStream<Path> stream;
    Iterator<Path> children;
    int listings = 1;

    /** Whether something in it cannot be deleted. */
    boolean isStuck;

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
    private final boolean keepsTop;
    private final boolean isLenient;
    private final BooleanSupplier isToStop;
    private final Object device;
    private final Deque<Opened> open = new ArrayDeque<>();
    private MountTable mounts;
    private long lookedAt;

    /** Whether folders were moved to the top that its listing may not show. */
    private boolean hasMoved;

    /**
     * @param keepsTop whether the folder itself stays
     * @param isLenient whether to skip what cannot be deleted
     */
    Deletion(Path path, boolean keepsTop, boolean isLenient, BooleanSupplier isToStop)
        throws IOException {
      Path absolute = path.toAbsolutePath();
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      this.top = parent == null || name == null ? absolute : parent.toRealPath().resolve(name);
      this.keepsTop = keepsTop;
      this.isLenient = isLenient;
      this.isToStop = isToStop;
      this.device = Files.getAttribute(top, DEVICE, LinkOption.NOFOLLOW_LINKS);
      this.mounts = MountTable.read();
      this.lookedAt = System.nanoTime();
    }

    void run() throws IOException {
      try {
        enter(top);
        while (!open.isEmpty() && !isToStop.getAsBoolean()) {
          step(open.element());
        }
      } catch (DirectoryIteratorException e) {
        Path at = open.isEmpty() ? top : open.element().path;
        throw FileTrouble.undeletable(at, new IOException(e.getMessage(), e));
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
      try {
        if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          deleteOne(child);
        } else if (open.size() < MOST_OPEN && child.toString().length() < LONGEST_PATH) {
          enter(child);
        } else {
          moveUp(child);
        }
      } catch (IOException e) {
        skip(folder, e);
      }
    }

    private void skip(Opened folder, IOException why) throws IOException {
      if (!isLenient) {
        throw why;
      }
      folder.isStuck = true;
    }

    private void enter(Path folder) throws IOException {
      try {
        requireNoMount(folder);
        open.push(new Opened(folder));
      } catch (NoSuchFileException e) {
        // Another process has deleted it.
      } catch (IOException e) {
        throw e instanceof MountedException ? e : FileTrouble.undeletable(folder, e);
      }
    }

    private void requireNoMount(Path folder) throws IOException {
      long now = System.nanoTime();
      if (now - lookedAt > LOOK_AGAIN_NANOS) {
        mounts = MountTable.read();
        lookedAt = now;
      }
      boolean isOther =
          !device.equals(Files.getAttribute(folder, DEVICE, LinkOption.NOFOLLOW_LINKS));
      if (isOther || mounts.isAt(folder)) {
        throw new MountedException(folder);
      }
    }

    private void moveUp(Path folder) throws IOException {
      try {
        requireNoMount(folder);
        makeOurs(folder); // moving it changes its ".." entry
        Files.move(
            folder,
            top.resolve(".assay-delete-" + UUID.randomUUID()),
            StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw e instanceof MountedException ? e : FileTrouble.undeletable(folder, e);
      }
      lookedAt = System.nanoTime() - 2 * LOOK_AGAIN_NANOS; // a mount in it may have moved along
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
        boolean stays = keepsTop && open.size() == 1;
        if (!folder.isStuck && !stays) {
          deleteOne(folder.path);
        }
        close(folder);
      } catch (DirectoryNotEmptyException e) {
        if (folder.listings < MOST_LISTINGS) {
          folder.listAgain();
          return;
        }
        skip(folder, FileTrouble.undeletable(folder.path, e));
        close(folder);
      } catch (IOException e) {
        skip(folder, e);
        close(folder);
      }
    }

    private void close(Opened folder) throws IOException {
      open.remove();
      folder.stream.close();
      Opened above = open.peek();
      if (above != null) {
        above.isStuck |= folder.isStuck;
      }
    }
  }

  /** Something is mounted at a path that is to be deleted. */
  private static final class MountedException extends FileSystemException {
    private static final long serialVersionUID = 1;

    MountedException(Path path) {
      super(path.toString(), null, "cannot be deleted: something is mounted there, see umount(8)");
    }
  }

  /**
   * Throws when something is mounted at exactly this path.
   *
   * @param mounts the current mounts
   * @throws FileSystemException that names it
   */
  static void requireNoMountAt(Path path, MountTable mounts) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    Object above = Files.getAttribute(parent == null ? path : parent, DEVICE);
    boolean isOther = !above.equals(Files.getAttribute(path, DEVICE, LinkOption.NOFOLLOW_LINKS));
    if (isOther || mounts.isAt(path.toRealPath())) {
      throw new MountedException(path);
    }
  }

  /** Gives the owner of a folder all permissions on it. */
  static void makeOurs(Path directory) throws IOException {
    if (!Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).containsAll(OURS)) {
      Files.setPosixFilePermissions(directory, OURS);
    }
  }
}
