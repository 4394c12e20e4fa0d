package ci.assay.web.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where every 256th line of a file begins. Takes about 32 bytes per thousand lines. */
final class LineIndex {

  private static final int EVERY = 256;
  private static final int BUFFER = 64 * 1024;

  private final long[] places;
  private final long lines;

  private LineIndex(long[] places, long lines) {
    this.places = places;
    this.lines = lines;
  }

  /**
   * A line whose beginning is known.
   *
   * @param number from 1
   * @param offset in bytes
   */
  record Beginning(long number, long offset) {

    /** The beginning of any file. */
    static final Beginning OF_ALL = new Beginning(1, 0);
  }

  /** Reads the whole file. */
  static LineIndex of(Path file) throws IOException {
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
    return new LineIndex(places, lines);
  }

  /** The index of the next line feed; {@code to} if there is none before that. */
  private static int endOfLine(byte[] buffer, int from, int to) {
    int at = from;
    while (at < to && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  /** How many lines there are. */
  long lines() {
    return lines;
  }

  /**
   * The last known beginning of a line at or before this one.
   *
   * @param line from 1 to {@link #lines}
   */
  Beginning before(long line) {
    int index = Math.toIntExact((line - 1) / EVERY);
    return new Beginning((long) index * EVERY + 1, places[index]);
  }
}
