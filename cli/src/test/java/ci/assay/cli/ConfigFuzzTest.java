package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.settings.ConfigReader;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever {@code assay.yaml} contains, each error in it is reported in one line. */
class ConfigFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual();

  @TempDir static Path folder;

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
            "repositories:", "- url: ", "${", "}", "&a", "*a", "<<: ", "? ", "!!", "---\n", "|\n"),
        Seeds.of(
            """
            broker: amqp://assay:${SECRET}@broker/ # a comment
            interval: 10s
            pool: [default, big]
            repositories:
              - url: /srv/git/bottle.git
                name: bottle
                refs: [main, "release/*"]
                timeout: 20m
              - url: https://git.example.org/other.git
            """,
            "{broker: 'amqp://b', repositories: [{url: a, test: \"make\\ttest\"}]}",
            "a: &x {b: *x}\n---\nsecond: true\n",
            "repositories: " + "[".repeat(20_000),
            "- ".repeat(20_000),
            "broker: " + "${".repeat(20_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void configFile(byte[] input) throws Exception {
    Path file = folder.resolve("assay.yaml");
    Files.write(file, input);
    BOUNDS.hold(
        input,
        () -> {
          ConfigFile read =
              ConfigReader.read(file, Map.of("SECRET", "s"), List.of("broker", "interval", "pool"));
          read.problems()
              .forEach(
                  problem -> {
                    assertThat(problem).isNotBlank().hasSizeLessThanOrEqualTo(1_000);
                    assertThat(problem.chars().noneMatch(Character::isISOControl))
                        .as("%s", problem)
                        .isTrue();
                  });
        });
  }
}
