package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<TestCase> cases = new ArrayList<>();
    new String(content, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> add(line, file, cases));
    return cases;
  }

  private static void add(String line, Path file, List<TestCase> cases) {
    try {
      cases.add(Codec.decodeTestCase(line));
    } catch (InvalidInputException e) {
      log.debug("left out a line of {}: {}", file, e.getMessage());
    }
  }
}
