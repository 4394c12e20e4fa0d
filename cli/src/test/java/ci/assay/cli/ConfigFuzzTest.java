package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.settings.ConfigReader;
import ci.assay.testing.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever {@code assay.yaml} contains, each error in it is reported in one line. */
@Timeout(300)
class ConfigFuzzTest {

  @TempDir Path folder;

  @Test
  void configFiles() throws Exception {
    Path file = folder.resolve("assay.yaml");
    Fuzz.of("config")
        .inputs(
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
            "a: &x {b: *x}\n---\nsecond: true\n")
        .words(
            "repositories:", "- url: ", "${", "}", "&a", "*a", "<<: ", "? ", "!!", "---\n", "|\n")
        .run(
            input -> {
              Files.write(file, input);
              ConfigFile read =
                  ConfigReader.read(
                      file, Map.of("SECRET", "s"), List.of("broker", "interval", "pool"));
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
