package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathFilterTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "src/** | src/a/B.java | true",
        "src/** | test/src/a | false",
        "src | src/a/B.java | true",
        "src/ | src/a/B.java | true",
        "./src/ | src/a/B.java | true",
        "/src | other/src/a | false",
        "src | other/src/a | true",
        "*.java | src/a/B.java | true",
        "build/reports/**/*.xml | build/reports/TEST.xml | true",
        "build/reports/**/*.xml | build/reports/a/b/TEST.xml | true",
        "src/**;!docs/** | docs/a.md | false",
        "src/**;!src/docs/** | src/docs/a.md | false",
        "src/**;!src/docs/**;src/docs/*.java | src/docs/A.java | true",
        "!docs/** | src/a | true",
        "!docs | docs/a/b | false",
      })
  void theLastPatternThatMatchesDecides(String patterns, String path, boolean matches) {
    assertThat(new PathFilter(List.of(patterns.split(";"))).matches(path)).isEqualTo(matches);
  }

  @Test
  @Timeout(10)
  void aHostilePatternTakesNoTime() {
    PathFilter hostile = new PathFilter(List.of("*a".repeat(500) + "b"));
    assertThat(hostile.matches("a".repeat(4_000))).isFalse();
  }
}
