package ci.assay.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import ci.assay.model.JobId;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single values that people and messages give. */
class WordsFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().longest(20_000);

  /** The first character says what it is taken for. */
  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words("ms", "d", "KiB", "#", "refs/", "**"),
        Seeds.of(
            "d1h30m",
            "d500ms",
            "d" + "9".repeat(10_000) + "s",
            "s20G",
            "s1.5KiB",
            "jbottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default#2",
            "rrefs/heads/release/*",
            "r" + "**/".repeat(5_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void word(byte[] input) throws Exception {
    String text = input.length == 0 ? "" : new String(input, 1, input.length - 1, UTF_8);
    BOUNDS.hold(
        input,
        () -> {
          switch (input.length == 0 ? 'd' : input[0]) {
            case 'd' -> assertThat(Durations.parse(text).isNegative()).isFalse();
            case 's' -> assertThat(Sizes.parse(text)).isNotNegative();
            case 'j' -> assertThat(JobId.parse(text).toString()).isEqualTo(text);
            default -> assertThat(new RefGlobs(List.of(text)).prefixes()).hasSize(1);
          }
        });
  }
}
