package ci.assay.web;

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

/**
 * A log file by its lines. It is read through once, for the places of every some lines; after that
 * only what is asked for is read. The file does not change any more. Safe for use by many threads.
 */
final class LogText {

  /** What is shown of a line; the whole is in the file. */
  static final int MOST_OF_LINE = 4000;

  private static final int EVERY = 256;
  private static final int BUFFER = 64 * 1024;

  /** Colours that began that many lines earlier are still known. */
  private static final int LEAD = 100;

  private final Path file;
  private final long[] places;
  private final long lines;
  private final long bytes;

  private LogText(Path file, long[] places, long lines, long bytes) {
    this.file = file;
    this.places = places;
    this.lines = lines;
    this.bytes = bytes;
  }

  /**
   * A line as it is shown.
   *
   * @param number from 1
   * @param html escaped, with colours
   */
  record Line(long number, String html) {}

  /** Reads a file through once. */
  static LogText of(Path file) throws IOException {
    long[] places = new long[64];
    long lines = 0;
    long offset = 0;
    boolean isAtStart = true;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        int at = 0;
        while (at < read) {
          if (isAtStart) {
            if (lines % EVERY == 0) {
              int index = Math.toIntExact(lines / EVERY);
              places = index < places.length ? places : Arrays.copyOf(places, 2 * index);
              places[index] = offset + at;
            }
            lines++;
          }
          at = endOfLine(buffer, at, read);
          isAtStart = at < read;
          at++;
        }
        offset += read;
      }
    }
    return new LogText(file, places, lines, offset);
  }

  /** Where the line feed is; {@code to} when there is none before that. */
  private static int endOfLine(byte[] buffer, int from, int to) {
    int at = from;
    while (at < to && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  long lines() {
    return lines;
  }

  long bytes() {
    return bytes;
  }

  /**
   * Some lines of it; fewer, or none, at its end.
   *
   * @param first from 1
   */
  List<Line> lines(long first, int count) throws IOException {
    List<Line> found = new ArrayList<>();
    if (first < 1 || first > lines) {
      return found;
    }
    long lead = Math.max(1, first - LEAD);
    AnsiLine ansi = new AnsiLine();
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(places[Math.toIntExact((lead - 1) / EVERY)]);
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
      long number = (lead - 1) / EVERY * EVERY + 1;
      for (; number <= lines && found.size() < count; number++) {
        String text = next(in);
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

  /** The numbers of the first lines that have a text in them, whatever the case of its letters. */
  List<Long> find(String text, int most) throws IOException {
    List<Long> found = new ArrayList<>();
    String wanted = text.toLowerCase(Locale.ROOT);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      for (long number = 1; number <= lines && found.size() < most; number++) {
        if (next(in).toLowerCase(Locale.ROOT).contains(wanted)) {
          found.add(number);
        }
      }
    }
    return found;
  }

  /** A terminal shows what stands after the last carriage return. */
  private static String next(InputStream in) throws IOException {
    byte[] kept = new byte[128];
    int length = 0;
    long cut = 0;
    for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
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
