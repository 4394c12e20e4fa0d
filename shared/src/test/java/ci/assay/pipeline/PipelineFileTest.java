package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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
  void imageIsFilledInForEachVariant() {
    PipelineFile file =
        parse("test: mvn test\nimage: maven:3.9-temurin-{java}\nvariants: {java: [17, 21]}\n");
    assertThat(file.cells())
        .extracting(cell -> cell.fill(String.valueOf(file.commands().image())))
        .containsExactly("maven:3.9-temurin-17", "maven:3.9-temurin-21");
    assertThat(parse("test: make").commands().image()).isNull();
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
