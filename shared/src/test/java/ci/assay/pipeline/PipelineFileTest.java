package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFileTest {

  @Test
  void readsCommandAndTimeout() {
    PipelineFile file = parse("test: make check\ntimeout: 1m30s\n");
    assertThat(file.commands().test()).isEqualTo("make check");
    assertThat(file.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(file.cells()).containsExactly(Cell.DEFAULT);
  }

  @Test
  void aScriptKeepsItsLines() {
    assertThat(parse("test: |\n  set -e\n  make\n  make test\n").commands().test())
        .isEqualTo("set -e\nmake\nmake test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing yet\n", "---\n", "{}\n"})
  void anEmptyFileAsksForNothing(String yaml) {
    assertThat(parse(yaml)).isEqualTo(PipelineFile.NONE);
  }

  @Test
  void saysWhetherSubmodulesAreWanted() {
    assertThat(parse("submodules: true").submodules()).isTrue();
    assertThat(parse("submodules: false").submodules()).isFalse();
    assertThat(parse("test: make").submodules()).isFalse();
  }

  @Test
  void artifactsHaveAShortAndALongForm() {
    assertThat(parse("artifacts: [target/site/**, '!*.tmp']").files().artifacts())
        .isEqualTo(
            new ArtifactRule(
                List.of("target/site/**", "!*.tmp"), Duration.ofDays(30), Step.When.ALWAYS));
    assertThat(parse("artifacts: {when: failed, keep: 14d, paths: [a]}").files().artifacts())
        .isEqualTo(new ArtifactRule(List.of("a"), Duration.ofDays(14), Step.When.FAILED));
    assertThat(parse("test: make").files().artifacts()).isNull();
    assertThatThrownBy(() -> parse("test: a\nartifacts: ['!a', '!b']"))
        .hasMessage(
            ".assay.yml line 2, column 1: each pattern of 'artifacts' begins with '!'; one must say"
                + " what is kept");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "artifacts: a | line 1, column 12: 'artifacts' must be a list of patterns",
        "artifacts: [] | 'artifacts' is empty",
        "artifacts: {keep: 1d} | 'paths' is missing",
        "artifacts: {paths: [a], keep: 400d} | longer than a year",
        "artifacts: {paths: [a], keep: 0s} | keep",
        "artifacts: {paths: [a], when: never} | 'when' must be one of always, passed, failed",
        "artifacts: {paths: [a], path: b} | did you mean 'paths'?",
        "artifacts: [[a]] | 'artifacts' must be a pattern",
      })
  void saysWhatIsWrongWithArtifacts(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void imageIsFilledInForEachVariant() {
    PipelineFile file =
        parse("test: mvn test\nimage: maven:3.9-temurin-{java}\nvariants: {java: [17, 21]}\n");
    assertThat(file.cells())
        .extracting(cell -> cell.fill(String.valueOf(file.commands().image())))
        .containsExactly("maven:3.9-temurin-17", "maven:3.9-temurin-21");
    assertThat(parse("test: make").commands().image()).isNull();
  }

  @Test
  void namesTheSecretsThatAreNeededAndThoseThatAreNot() {
    PipelineFile.Secrets secrets =
        parse("secrets: [NPM_TOKEN]\noptional-secrets: [KEY, kubeConfig]").commands().secrets();
    assertThat(secrets.required()).containsExactly("NPM_TOKEN");
    assertThat(secrets.optional()).containsExactly("KEY", "kubeConfig");
    assertThat(secrets.all()).containsExactly("NPM_TOKEN", "KEY", "kubeConfig");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "debian",
        "debian:13",
        "ghcr.io/some-org/some_tool.x:1.2-RC1",
        "localhost:5000/a/b",
        "reg.example/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "a/b:v@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      })
  void namesOfImagesAreTakenAsEnginesTakeThem(String image) {
    assertThat(parse("image: '" + image + "'").commands().image()).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--privileged",
        "-v/:/host",
        "Debian",
        "debian:",
        "debian:1 3",
        "debian:{nosuch}",
        "a//b",
        "/etc/passwd",
        "docker-archive:/etc/x.tar",
        "docker://debian",
        "a@sha256:12",
        "a\\tb",
      })
  void whatIsNoNameOfAnImageIsAnErrorWithItsPlace(String image) {
    assertThatThrownBy(() -> parse("test: a\nimage: \"" + image + "\""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(".assay.yml line 2, column 1: '")
        .hasMessageContaining("is not the name of a container image, such as maven:3.9");
  }

  @Test
  void aCommandThatLooksLikeABooleanIsStillACommand() {
    assertThat(parse("test: true").commands().test()).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test: a\\ntests: b | line 2, column 1: unknown key 'tests'; did you mean 'test'?",
        "test: a\\ntest: b | line 2, column 1: 'test' is given twice",
        "test: | line 1, column 6: 'test' must be a command, such as 'make test'",
        "test: [a, b] | line 1, column 7: 'test' must be a command, such as 'make test'",
        "timeout: 10 | line 1, column 10: timeout: duration '10' is not like 500ms, 90s",
        "timeout: 0s | line 1, column 10: timeout: duration '0s' must be longer than zero",
        "make test | line 1, column 1: expected 'key: value' lines such as 'test: make test'",
        "- a | line 1, column 1: expected 'key: value' lines",
        "test: a\\n---\\ntest: b | there is a second YAML document",
        "test: 'a | line 1",
        "test: a\\n\\tx: b | line 2",
        "submodules: yes | line 1, column 13: 'submodules' must be true or false",
        "submodules: [a] | line 1, column 13: 'submodules' must be true or false",
        "secrets: A | line 1, column 10: 'secrets' must be a list of names, such as [NPM_TOKEN]",
        "secrets: [A-B] | line 1, column 11: 'secrets' is 'A-B', not a name of letters, digits",
        "secrets: [A, A] | line 1, column 14: secret 'A' is named twice",
        "secrets: [A]\\noptional-secrets: [A] | line 2, column 20: secret 'A' is named twice",
        "secrets: [ASSAY_X] | line 1, column 11: Assay itself sets 'ASSAY_X'; take another name",
        "env: {A: b}\\nsecrets: [A] | line 2, column 11: 'A' is in 'env', too; leave one of them",
        "secrets: [A]\\nsteps: [{run: x, env: {A: b}}] | line 1, column 11: 'A' is in 'env', too",
      })
  void saysWhatIsWrongAndWhere(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(".assay.yml")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesAHugeFile() {
    byte[] huge = new byte[PipelineFile.MAX_BYTES + 1];
    Arrays.fill(huge, (byte) '#');
    assertThatThrownBy(() -> PipelineFile.parse(huge))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(".assay.yml has 65537 bytes; at most 65536 are allowed");
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    try {
      PipelineFile.parse(bytes);
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).startsWith(".assay.yml").doesNotContain("\n");
    }
  }

  private static PipelineFile parse(String yaml) {
    return PipelineFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
  }
}
