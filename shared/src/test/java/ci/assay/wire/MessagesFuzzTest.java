package ci.assay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Message;
import ci.assay.model.Verdict;
import ci.assay.model.report.TestCase;
import ci.assay.testing.fuzz.Fuzz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No JSON breaks the reader of messages and files, and what was read can be written again. */
@Timeout(300)
class MessagesFuzzTest {

  private static final String[] CASES = Samples.CASES_JSON.lines().toArray(String[]::new);

  /** A refusal is logged and put into a header, so its length is limited, in characters. */
  private static final int LONGEST_REFUSAL = 1_000;

  @Test
  void messages() throws Exception {
    Fuzz fuzz = Fuzz.of("messages").longest(Codec.MAX_RESULT_BYTES).mostBytes(32L << 20);
    Samples.all().values().forEach(fuzz::inputs);
    fuzz.words("\"type\":", "\"version\":1", "\"id\":", "{\"a\":", "[", "{", "\\ud800", "\\u0000")
        .run(
            input -> {
              Message message = decoded(input);
              assertThat(Codec.decodeFile(Codec.encode(message), Message.class)).isEqualTo(message);
              assertThat(message.toString()).isNotNull();
            });
  }

  @Test
  void verdicts() throws Exception {
    Fuzz.of("verdicts")
        .inputs(Samples.VERDICT_JSON)
        .run(
            input -> {
              Verdict verdict = Codec.decodeVerdict(input);
              assertThat(Codec.decodeVerdict(Codec.encodePretty(verdict))).isEqualTo(verdict);
            });
  }

  @Test
  void testCases() throws Exception {
    Fuzz.of("test-cases")
        .inputs(CASES)
        .run(
            input -> {
              TestCase one = Codec.decodeTestCase(new String(input, UTF_8));
              assertThat(Codec.decodeTestCase(new String(Codec.encodeLine(one), UTF_8)))
                  .isEqualTo(one);
            });
  }

  private static Message decoded(byte[] input) {
    try {
      return Codec.decode(input);
    } catch (InvalidInputException e) {
      String said = String.valueOf(e.getMessage());
      assertThat(said).isNotBlank().hasSizeLessThanOrEqualTo(LONGEST_REFUSAL);
      assertThat(said.chars().noneMatch(Character::isISOControl)).as("%s", said).isTrue();
      throw e;
    }
  }
}
