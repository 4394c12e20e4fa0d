package ci.assay.observer.state;

import ci.assay.common.PrivateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines, each after its checksum. Lines are appended, or the whole file is replaced. When
 * {@link #append} or {@link #replace} returns, the lines are on disk; when it throws, none of them
 * is valid. For use by one thread at a time.
 */
final class Journal implements AutoCloseable {

  private static final int CHECKSUM_LENGTH = 8;

  private final Path file;
  private FileChannel channel;
  private long length;

  /** The damage that {@link #open} found. */
  enum Damage {
    NONE,
    /** Bad lines at the end only, as left by a crash during an append; they were never valid. */
    TORN_END,
    /** Bad lines before good ones: the file was changed from outside, or the disk damaged it. */
    CORRUPT
  }

  private final Damage damage;

  private Journal(Path file, FileChannel channel, long length, Damage damage) {
    this.file = file;
    this.channel = channel;
    this.length = length;
    this.damage = damage;
  }

  /**
   * Opens a journal and reads it; creates it when it does not exist.
   *
   * @param reader receives each good line, in order; a line that it throws for counts as bad
   */
  static Journal open(Path file, Consumer<String> reader) throws IOException {
    boolean isNew = !Files.exists(file);
    FileChannel channel =
        PrivateFiles.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      if (isNew) {
        syncFolder(file);
      }
      Scan scan = new Scan();
      scan.read(channel, reader);
      return new Journal(file, channel, scan.goodLength, scan.damage());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Damage damage() {
    return damage;
  }

  void append(Collection<?> lines) throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    ByteBuffer bytes = bytes(lines);
    int size = bytes.remaining();
    if (channel.size() > length) {
      channel.truncate(length);
    }
    write(channel, bytes, length);
    channel.force(false);
    length += size;
  }

  /** Replaces all lines by these. */
  void replace(Collection<?> lines) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    ByteBuffer bytes = bytes(lines);
    int size = bytes.remaining();
    FileChannel fresh =
        PrivateFiles.open(
            aside,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
    try {
      write(fresh, bytes, 0);
      fresh.force(false);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(file);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    channel.close();
    channel = fresh;
    length = size;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer bytes(Collection<?> lines) {
    StringBuilder text = new StringBuilder();
    for (Object line : lines) {
      text.append(checksum(line.toString())).append(' ').append(line).append('\n');
    }
    return StandardCharsets.UTF_8.encode(text.toString());
  }

  private static void write(FileChannel channel, ByteBuffer bytes, long from) throws IOException {
    long position = from;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private static String checksum(String line) {
    CRC32 sum = new CRC32();
    sum.update(line.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static void syncFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Reads the whole file, and finds where its good beginning ends and whether a good line follows.
   */
  private static final class Scan {

    private long goodLength;
    private boolean sawBad;
    private boolean sawGoodAfterBad;

    void read(FileChannel channel, Consumer<String> reader) throws IOException {
      BufferedReader lines =
          new BufferedReader(
              Channels.newReader(
                  channel,
                  StandardCharsets.UTF_8
                      .newDecoder()
                      .onMalformedInput(java.nio.charset.CodingErrorAction.REPLACE)
                      .onUnmappableCharacter(java.nio.charset.CodingErrorAction.REPLACE),
                  -1));
      long size = channel.size();
      String line = lines.readLine();
      while (line != null) {
        long end = goodLength + line.getBytes(StandardCharsets.UTF_8).length + 1;
        String content = content(line);
        boolean good = content != null && (sawBad || end <= size) && accepts(reader, content);
        sawGoodAfterBad |= good && sawBad;
        sawBad |= !good;
        goodLength = sawBad ? goodLength : end;
        line = lines.readLine();
      }
    }

    Damage damage() {
      if (sawGoodAfterBad) {
        return Damage.CORRUPT;
      }
      return sawBad ? Damage.TORN_END : Damage.NONE;
    }

    private static @Nullable String content(String line) {
      if (line.length() <= CHECKSUM_LENGTH || line.charAt(CHECKSUM_LENGTH) != ' ') {
        return null;
      }
      String content = line.substring(CHECKSUM_LENGTH + 1);
      return line.startsWith(checksum(content)) ? content : null;
    }

    private static boolean accepts(Consumer<String> reader, String content) {
      try {
        reader.accept(content);
        return true;
      } catch (RuntimeException e) {
        return false;
      }
    }
  }
}
