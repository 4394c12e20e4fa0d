package ci.assay.web.log;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives access to a log file by lines. The beginning of a long file is available at once. For later
 * lines, and for the number of lines, the file is read through once; after that only the requested
 * part is read. The file must not change any more. Thread-safe.
 */
public final class LogText {

  /** How many bytes of a line are shown. */
  public static final int MOST_OF_LINE = 4000;

  /** Files up to this size, in bytes, are read through at once. */
  private static final long SHORT = 1 << 20;

  private static final int BUFFER = 64 * 1024;

  /** Colours that began up to this many lines earlier are still applied. */
  private static final int LEAD = 100;

  private final Path file;
  private final long bytes;
  private volatile @Nullable LineIndex index;

  private LogText(Path file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * A line as it is shown.
   *
   * @param number from 1
   * @param html escaped, with colours
   */
  public record Line(long number, String html) {}

  /** Reads a short file through; of a long one nothing is read yet. */
  static LogText of(Path file) throws IOException {
    LogText text = new LogText(file, Files.size(file));
    if (text.bytes <= SHORT) {
      text.index();
    }
    return text;
  }

  private LineIndex index() throws IOException {
    LineIndex known = index;
    return known == null ? readThrough() : known;
  }

  private synchronized LineIndex readThrough() throws IOException {
    LineIndex known = index;
    if (known == null) {
      known = LineIndex.of(file);
      index = known;
    }
    return known;
  }

  /** How many lines there are. */
  public long lines() throws IOException {
    return index().lines();
  }

  /** How many lines there are, if that is known without reading a long log through. */
  public OptionalLong linesIfKnown() {
    LineIndex known = index;
    return known == null ? OptionalLong.empty() : OptionalLong.of(known.lines());
  }

  public long bytes() {
    return bytes;
  }

  /**
   * Some lines; fewer, or none, at the end.
   *
   * @param first from 1
   */
  public List<Line> lines(long first, int count) throws IOException {
    List<Line> found = new ArrayList<>();
    if (first < 1 || (first > 1 && first > lines())) {
      return found;
    }
    long lead = Math.max(1, first - LEAD);
    LineIndex.Beginning from = first == 1 ? LineIndex.Beginning.OF_ALL : index().before(lead);
    AnsiLine ansi = new AnsiLine();
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(from.offset());
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
      for (long number = from.number(); found.size() < count; number++) {
        String text = next(in);
        if (text == null) {
          break;
        }
        if (number >= lead) {
          String html = ansi.html(text);
          if (number >= first) {
            found.add(new Line(number, html));
          }
        }
      }
    }
    return found;
  }

  /** The numbers of the first lines that contain a text, ignoring case. */
  public List<Long> find(String text, int most) throws IOException {
    List<Long> found = new ArrayList<>();
    String wanted = text.toLowerCase(Locale.ROOT);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      String line = next(in);
      for (long number = 1; line != null && found.size() < most; number++) {
        if (line.toLowerCase(Locale.ROOT).contains(wanted)) {
          found.add(number);
        }
        line = next(in);
      }
    }
    return found;
  }

  /** The next line, as a terminal shows it after the last carriage return; null at the end. */
  private static @Nullable String next(InputStream in) throws IOException {
    int each = in.read();
    if (each < 0) {
      return null;
    }
    byte[] kept = new byte[128];
    int length = 0;
    long cut = 0;
    for (; each >= 0 && each != '\n'; each = in.read()) {
      if (length == MOST_OF_LINE) {
        cut++;
        continue;
      }
      kept = length < kept.length ? kept : Arrays.copyOf(kept, 2 * length);
      kept[length++] = (byte) each;
    }
    String line = new String(kept, 0, length, StandardCharsets.UTF_8).stripTrailing();
    line = line.substring(line.lastIndexOf('\r') + 1);
    return cut == 0 ? line : line + " … " + cut + " more bytes";
  }
}
