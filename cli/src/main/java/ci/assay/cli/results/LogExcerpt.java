package ci.assay.cli.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, where the reason for a failure usually is. */
public final class LogExcerpt {

  private static final int MOST_BYTES = 16 * 1024;

  private LogExcerpt() {}

  /** The last lines, up to a number. Reads only the end of the file. */
  public static List<String> last(Path log, int lines) {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      channel.position(Math.max(0, channel.size() - MOST_BYTES));
      ByteBuffer end = ByteBuffer.allocate(MOST_BYTES);
      int read = 0;
      while (end.hasRemaining() && read >= 0) {
        read = channel.read(end);
      }
      String text = new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
      List<String> all = text.lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
