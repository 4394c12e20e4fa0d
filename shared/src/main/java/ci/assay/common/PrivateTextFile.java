package ci.assay.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A small file of lines with secrets, which only its owner can read. It is read again whenever it
 * has changed, so that a change takes effect at once, and replaced atomically, so that nobody reads
 * half of it. Safe for use by many threads.
 *
 * @param <T> the type that its lines are parsed to
 */
public final class PrivateTextFile<T> {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Function<List<String>, T> parser;
  private @Nullable Stamp read;
  private @Nullable T content;

  /**
   * Detects a change of the file, even within one tick of the file system's clock, since a replaced
   * file has another key.
   */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }
  }

  /**
   * @param file may be missing: it counts as having no lines then
   * @param parser parses the lines; what it throws is passed on
   */
  public PrivateTextFile(Path file, Function<List<String>, T> parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * The parsed content of the file as it is now.
   *
   * @throws IOException when the file cannot be read
   */
  public synchronized T content() throws IOException {
    Stamp now = stamp();
    T known = content;
    if (known == null || now == null || !now.equals(read)) {
      known = parser.apply(lines());
      content = known;
      read = now;
    }
    return known;
  }

  private @Nullable Stamp stamp() throws IOException {
    try {
      return Stamp.of(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * The lines as they are, without line breaks.
   *
   * @throws IOException when the file cannot be read
   */
  public synchronized List<String> lines() throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Replaces all lines. The owner of the file stays the same.
   *
   * @throws IOException when the file cannot be written; it is unchanged then
   */
  public synchronized void replace(List<String> lines) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    PrivateFolder.make(folder);
    String name = String.valueOf(file.getFileName());
    Path fresh =
        Files.createTempFile(folder, name.startsWith(".") ? name : "." + name, "", OWNER_ONLY);
    try {
      Files.writeString(fresh, String.join("", lines.stream().map(line -> line + "\n").toList()));
      keepOwner(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Without this, a file replaced by root would be unreadable for the program that uses it. */
  private void keepOwner(Path fresh) throws IOException {
    if (Files.exists(file)) {
      UserPrincipal owner = Files.getOwner(file);
      if (!owner.equals(Files.getOwner(fresh))) {
        Files.setOwner(fresh, owner);
      }
    }
  }
}
