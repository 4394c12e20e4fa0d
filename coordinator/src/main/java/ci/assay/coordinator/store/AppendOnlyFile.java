package ci.assay.coordinator.store;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file of lines that several processes may append to. An incomplete last line, left by a full
 * disk or the death of its writer, is never read, and is removed when the next line is added.
 */
public record AppendOnlyFile(Disk disk, Path file) {

  /** All complete lines; none when there is no file. */
  List<String> lines() throws IOException {
    return lines(file);
  }

  /** As {@link #lines()}, for a file that is only read. */
  static List<String> lines(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    String content = read(file);
    int from = 0;
    for (int end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', from)) {
      lines.add(content.substring(from, end));
      from = end + 1;
    }
    return lines;
  }

  /**
   * Adds a line. The file's folder is created when it does not exist.
   *
   * @param durably whether the line is flushed to disk when this returns; otherwise it survives the
   *     death of this process, but not a power cut
   */
  public void append(byte[] line, boolean durably) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
    disk.creatingFolder(
        file,
        () -> {
          if (!write(buffer, durably)) {
            removeIncompleteLine();
            write(buffer, durably);
          }
        });
  }

  /** Appends the line; returns false, with nothing written, when the last line is incomplete. */
  private boolean write(ByteBuffer buffer, boolean durably) throws IOException {
    try (FileChannel channel =
        PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long size = channel.size();
      if (size > 0 && !isEndOfLine(size - 1)) {
        return false;
      }
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (durably) {
        channel.force(true);
      }
      return true;
    }
  }

  private boolean isEndOfLine(long position) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(one, position) == 1 && one.get(0) == '\n';
    }
  }

  private void removeIncompleteLine() throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    byte[] whole = Arrays.copyOf(content, end);
    disk.replace(file, out -> out.write(whole));
  }

  private static String read(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
