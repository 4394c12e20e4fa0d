package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code tests.jsonl} files. */
final class StoredCases {

  private static final Logger log = LoggerFactory.getLogger(StoredCases.class);

  private StoredCases() {}

  /**
   * The test cases in a file; none when it does not exist. Lines that are not test cases, as around
   * a lost piece, are left out.
   */
  static List<TestCase> in(Path file) throws IOException {
    try (Stream<TestCase> cases = open(file)) {
      return cases.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * As {@link #in}, but read one by one; the caller closes the stream, which may throw {@link
   * UncheckedIOException}.
   */
  static Stream<TestCase> open(Path file) throws IOException {
    InputStream in;
    try {
      in = Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      return Stream.empty();
    }
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
        .lines()
        .filter(line -> !line.isBlank())
        .flatMap(line -> read(line, file))
        .onClose(() -> close(in));
  }

  private static Stream<TestCase> read(String line, Path file) {
    try {
      return Stream.of(Codec.decodeTestCase(line));
    } catch (InvalidInputException e) {
      log.debug("left out a line of {}: {}", file, e.getMessage());
      return Stream.empty();
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
