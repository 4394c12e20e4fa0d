package ci.assay.coordinator.store;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files so that nobody ever sees an incomplete one: each is first written under a temporary
 * name. A folder is created when a write fails because it is missing, which costs less than
 * checking each time. Safe for use by many threads.
 */
public final class Disk {

  private final Path root;
  private final Path temporary;
  private final String own = UUID.randomUUID().toString();
  private final AtomicLong written = new AtomicLong();

  /** Created folders whose entries in their parents may not be on disk yet. */
  private final Set<Path> unsynced = ConcurrentHashMap.newKeySet();

  public Disk(ResultsFolder folder) {
    this.root = folder.root();
    this.temporary = folder.temporary();
  }

  /** The prefix of the names of all files that this process writes in the temporary folder. */
  String own() {
    return own;
  }

  /** The results folder. */
  Path root() {
    return root;
  }

  /** Writes content to an open stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates a file. Its content is on disk before its name appears; its name is on disk when {@link
   * #sync} of its folder has returned.
   *
   * @return false when the file existed already; it is not changed then
   */
  boolean create(Path file, Content content) throws IOException {
    Path written = write(content, true);
    try {
      creatingFolder(file, () -> Files.createLink(file, written));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** Creates or replaces a file atomically. Its content is on disk before its name appears. */
  public void replace(Path file, Content content) throws IOException {
    moveInto(file, write(content, true));
  }

  /**
   * As {@link #replace}, but without a flush: for files that can be derived again. After a power
   * cut the file may be empty or missing.
   */
  void replaceSoon(Path file, byte[] content) throws IOException {
    moveInto(file, write(out -> out.write(content), false));
  }

  /**
   * Waits until all entries that were created, moved or removed in a folder are on disk, and the
   * entry of the folder itself, too. Call it once after all changes, so that a file system with a
   * journal writes them together.
   */
  public void sync(Path folder) throws IOException {
    force(folder);
    for (Path made = folder; made != null && !made.equals(root); made = made.getParent()) {
      if (unsynced.contains(made)) {
        force(Objects.requireNonNull(made.getParent()));
        unsynced.remove(made);
      }
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path write(Content content, boolean durably) throws IOException {
    Path file = temporary.resolve(own + "-" + written.incrementAndGet());
    try (FileChannel channel =
        PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(Channels.newOutputStream(channel));
      if (durably) {
        channel.force(true);
      }
      return file;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private void moveInto(Path file, Path written) throws IOException {
    try {
      creatingFolder(
          file,
          () ->
              Files.move(
                  written,
                  file,
                  StandardCopyOption.ATOMIC_MOVE,
                  StandardCopyOption.REPLACE_EXISTING));
    } finally {
      Files.deleteIfExists(written);
    }
  }

  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /**
   * Does a step; when that fails because the file's folder is missing, creates the folder and does
   * the step again.
   */
  void creatingFolder(Path file, Step step) throws IOException {
    try {
      step.run();
    } catch (NoSuchFileException e) {
      make(Objects.requireNonNull(file.getParent()));
      step.run();
    }
  }

  /**
   * Creates a folder below the root, and the missing ones above it; {@link #sync} flushes their
   * entries. Other threads and processes may create them at the same time.
   */
  private void make(Path folder) throws IOException {
    Path parent = Objects.requireNonNull(folder.getParent());
    if (!parent.equals(root)) {
      make(parent);
    }
    if (!Files.isDirectory(folder)) {
      unsynced.add(folder); // first, so that a thread that finds the folder flushes its entry
      try {
        Files.createDirectory(folder);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(folder)) {
          throw new NotDirectoryException(folder.toString());
        }
      }
    }
  }
}
