package ci.assay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Verdict;
import ci.assay.model.report.TestCase;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that is stored breaks its reader, and what is read can be written. */
class StoredFilesFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual();

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words("\"version\":1", "\"status\":", "\\ud800", "1e999", "null", "{}", "[]"),
        Stream.concat(
            Seeds.of(Samples.VERDICT_JSON, "{\"version\":" + "[".repeat(50_000)),
            Seeds.of(Samples.CASES_JSON.lines().toArray(String[]::new))));
  }

  @MethodSource("real")
  @FuzzTest
  void storedFile(byte[] input) throws Exception {
    String text = new String(input, UTF_8);
    BOUNDS.hold(
        input,
        () -> {
          Verdict verdict = Codec.decodeVerdict(input);
          assertThat(Codec.decodeVerdict(Codec.encodePretty(verdict))).isEqualTo(verdict);
        });
    BOUNDS.hold(
        input,
        () -> {
          TestCase one = Codec.decodeTestCase(text);
          assertThat(Codec.decodeTestCase(new String(Codec.encodeLine(one), UTF_8))).isEqualTo(one);
        });
  }
}
