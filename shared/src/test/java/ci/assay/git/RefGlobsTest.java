package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefGlobsTest {

  @ParameterizedTest
  @CsvSource({
    "refs/heads/*, refs/heads/main, true",
    "refs/heads/*, refs/heads/feature/x, true",
    "refs/heads/*, refs/tags/v1, false",
    "refs/heads/release/*, refs/heads/release/1.0, true",
    "refs/heads/release/*, refs/heads/release, false",
    "refs/heads/*-stable, refs/heads/v1-stable, true",
    "refs/heads/*-stable, refs/heads/v1-stable-2, false",
    "refs/heads/a.b, refs/heads/axb, false",
    "main, refs/heads/main, true",
    "main, refs/heads/maintenance, false",
    "HEAD, HEAD, true",
  })
  void matchesAsGitDoes(String glob, String ref, boolean expected) {
    assertThat(new RefGlobs(List.of(glob)).matches(ref)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "refs/heads/a b", "a..b^", "main~1", "[ab]"})
  void globsThatCanMatchNoRefAreRefused(String glob) {
    assertThatThrownBy(() -> new RefGlobs(List.of(glob)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'" + glob + "' is not the name of a ref");
  }

  @Test
  void everySelectedRefBeginsWithOneOfThePrefixes() {
    assertThat(new RefGlobs(List.of("refs/heads/*", "refs/tags/v*.0", "main")).prefixes())
        .containsExactly("refs/heads/", "refs/tags/v", "refs/heads/main");
  }
}
