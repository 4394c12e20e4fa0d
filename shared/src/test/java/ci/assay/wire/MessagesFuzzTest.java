package ci.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Message;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No JSON breaks the reader of messages and files, and what was read can be written again. */
class MessagesFuzzTest {

  private static final Bounds BOUNDS =
      Bounds.usual().longest(Codec.MAX_RESULT_BYTES).mostBytes(32L << 20);

  /** A refusal is logged and put into a header, so its length is limited, in characters. */
  private static final int LONGEST_REFUSAL = 1_000;

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
            "\"type\":",
            "\"version\":1",
            "\"id\":",
            "{\"a\":",
            "[",
            "{",
            "\\ud800",
            "\\u0000",
            "1e999",
            "null"),
        Stream.concat(
            Seeds.of(Samples.all().values().toArray(String[]::new)),
            Seeds.of(
                "{\"a\":".repeat(20_000),
                "[".repeat(60_000),
                "{\"version\":1,\"type\":\"job\",\"id\":" + "9".repeat(5_000) + "}",
                "\uFEFF{}")));
  }

  @MethodSource("real")
  @FuzzTest
  void message(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          Message message = decoded(input);
          assertThat(Codec.decodeFile(Codec.encode(message), Message.class)).isEqualTo(message);
          assertThat(message.toString()).isNotNull();
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
