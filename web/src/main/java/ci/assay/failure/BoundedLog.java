package ci.assay.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of a log that are not blank; of a long log only its beginning and its end. */
final class BoundedLog {

  private static final int BEGINNING = 256 * 1024;
  private static final int END = 768 * 1024;

  private BoundedLog() {}

  /** The lines; empty if the file does not exist. */
  static List<String> lines(Path file) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      List<String> lines = new ArrayList<>();
      if (channel.size() <= BEGINNING + END) {
        add(read(channel, BEGINNING + END), lines);
      } else {
        add(read(channel, BEGINNING), lines);
        channel.position(channel.size() - END);
        add(read(channel, END), lines);
      }
      return lines;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(SeekableByteChannel channel, int most) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(most);
    int count = 0;
    while (buffer.hasRemaining() && count >= 0) {
      count = channel.read(buffer);
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
  }

  private static void add(String text, List<String> lines) {
    text.lines().map(PlainLines::line).filter(line -> !line.isEmpty()).forEach(lines::add);
  }
}
