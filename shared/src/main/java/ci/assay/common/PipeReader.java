package ci.assay.common;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that may be pipes. */
final class PipeReader {

  private static final int CHUNK = 8 * 1024;

  private PipeReader() {}

  /**
   * The content of a file or pipe, from its beginning.
   *
   * @param most the most bytes that are read; the rest is left
   */
  static byte[] read(Path file, int most) throws IOException {
    // Not by readAllBytes or readNBytes: Java 21 asks for the position first, which a pipe has not.
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while (content.size() < most
          && (read = in.read(chunk, 0, Math.min(CHUNK, most - content.size()))) > 0) {
        content.write(chunk, 0, read);
      }
    }
    return content.toByteArray();
  }
}
