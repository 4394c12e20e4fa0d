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
 * Writes files so that nobody ever sees half of one: each is written under another name first. The
 * folders they go to are made when they turn out to be missing, which costs less than looking each
 * time. Safe for use by many threads.
 */
public final class Disk {

  private final Path root;
  private final Path temporary;
  private final String own = UUID.randomUUID().toString();
  private final AtomicLong written = new AtomicLong();

  /** Folders that were made and whose names may not be on the disk yet. */
  private final Set<Path> nameless = ConcurrentHashMap.newKeySet();

  public Disk(ResultsFolder folder) {
    this.root = folder.root();
    this.temporary = folder.temporary();
  }

  /** What the names of all files that this process writes in the temporary folder begin with. */
  String own() {
    return own;
  }

  /** Puts content into an open stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates a file whose content is on the disk before its name appears. The name is when {@link
   * #sync} of its folder returned.
   *
   * @return false when the file was there already; it is left alone then
   */
  boolean create(Path file, Content content) throws IOException {
    Path written = write(content, true);
    try {
      inItsFolder(file, () -> Files.createLink(file, written));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** Puts a file in place, its content on the disk first; whatever had the name is gone. */
  public void replace(Path file, Content content) throws IOException {
    moveInto(file, write(content, true));
  }

  /**
   * The same without waiting for the disk: for what can be derived again. After a power cut the
   * file may be empty or missing.
   */
  void replaceSoon(Path file, byte[] content) throws IOException {
    moveInto(file, write(out -> out.write(content), false));
  }

  /**
   * Waits until what was created, moved or removed in a folder is on the disk, and its own name
   * too. One call after all that was to be done: a file system with a journal then writes that
   * once.
   */
  public void sync(Path folder) throws IOException {
    force(folder);
    for (Path made = folder; made != null && !made.equals(root); made = made.getParent()) {
      if (nameless.contains(made)) {
        force(Objects.requireNonNull(made.getParent()));
        nameless.remove(made);
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
      inItsFolder(
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

  /** Does it, and once more with the folder made when that was what it lacked. */
  void inItsFolder(Path file, Step step) throws IOException {
    try {
      step.run();
    } catch (NoSuchFileException e) {
      make(Objects.requireNonNull(file.getParent()));
      step.run();
    }
  }

  /**
   * Makes a folder below the root, and those above it that are missing; {@link #sync} puts their
   * names on the disk. Others may make them at the same time, in this process or another.
   */
  private void make(Path folder) throws IOException {
    Path parent = Objects.requireNonNull(folder.getParent());
    if (!parent.equals(root)) {
      make(parent);
    }
    if (!Files.isDirectory(folder)) {
      nameless.add(folder); // first, so that whoever finds the folder finds this too
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
