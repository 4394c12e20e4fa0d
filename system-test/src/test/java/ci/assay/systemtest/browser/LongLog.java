package ci.assay.systemtest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A log of 50 MB in place of a stored one. No run's log becomes that long now, but with an earlier
 * limit a server may have stored one.
 */
final class LongLog {

  static final int LINES = 500_000;

  private static final int LEAST_BYTES = 50_000_000;

  private final Path file;
  private int timesForgotten;

  private LongLog(Path file) {
    this.file = file;
  }

  static LongLog in(Path file) throws IOException {
    try (BufferedWriter log = Files.newBufferedWriter(file)) {
      String rest = "x".repeat(80);
      for (int line = 1; line < LINES; line++) {
        log.write("\u001b[32mline\u001b[0m " + line + " " + rest + "\n");
      }
      log.write("the very last line\n");
    }
    assertThat(Files.size(file)).isGreaterThan(LEAST_BYTES);
    return new LongLog(file);
  }

  /** Makes a server that has read the log read it again. */
  void forget() throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(++timesForgotten));
  }
}
