package ci.assay.observer.state;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Increasing sequence numbers for the ref lists of one repository: the time in milliseconds since
 * 1970, or the last number plus one after the clock was set back. So they increase even when the
 * file with the last number is lost, as long as the clock is right. For use by one thread at a
 * time.
 */
public final class ListSequence {

  private static final Logger log = LoggerFactory.getLogger(ListSequence.class);

  private final Path file;
  private long last;

  private ListSequence(Path file, long last) {
    this.file = file;
    this.last = last;
  }

  /**
   * Opens the sequence of a repository.
   *
   * @throws CannotRunException when the folder cannot be used
   */
  public static ListSequence open(Path folder, String repository) {
    Path file = folder.resolve(repository);
    try {
      Files.createDirectories(folder);
      return new ListSequence(file, read(file));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * The next number; it is on disk when this returns.
   *
   * @throws CannotRunException when the file cannot be written
   */
  public long next(Instant now) {
    long next = Math.max(Math.max(1, now.toEpochMilli()), last + 1);
    try {
      write(next);
    } catch (IOException e) {
      throw failed(file, e);
    }
    last = next;
    return next;
  }

  private static long read(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (text.matches("[0-9]{1,15}")) {
        return Long.parseLong(text);
      }
      log.warn("{} contains no number; continuing with the current time", file);
      return 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private void write(long number) throws IOException {
    Path aside = file.resolveSibling("." + file.getFileName() + ".new");
    try (FileChannel channel =
        PrivateFiles.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer content = ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.US_ASCII));
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel =
        FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static CannotRunException failed(Path file, IOException e) {
    return new CannotRunException("state %s cannot be used: %s".formatted(file, e), e);
  }
}
