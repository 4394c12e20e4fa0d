package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import ci.assay.testing.fuzz.Fuzz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No {@code .assay.yml} breaks its reader; what is wrong with it is said in one short line. */
@Timeout(300)
class PipelineFuzzTest {

  private static final int LONGEST_REFUSAL = 1_000;

  @Test
  void pipelineFiles() throws Exception {
    Fuzz.of("pipeline")
        .longest(PipelineFile.MAX_BYTES)
        .inputs(
            "test: make test\ntimeout: 10m\n",
            "# a comment\ntest: |\n  set -e\n  ./configure\n  make check\n",
            "test: >-\n  mvn -q\n  verify\ntimeout: \"90s\"\n",
            "{test: 'npm test', timeout: 1h30m}",
            "---\ntest: &a make\ntimeout: *a\n...\n",
            "%YAML 1.2\n---\n? test\n: !!str \"m\\u0061ke\"\n")
        .words("- ", "? ", ": ", "&a ", "*a", "!!", "!<x>", "<<: ", "|\n", "{", "[", "\t", "\"\\")
        .run(
            input -> {
              try {
                PipelineFile.parse(input);
              } catch (InvalidInputException e) {
                String said = String.valueOf(e.getMessage());
                assertThat(said)
                    .startsWith(PipelineFile.NAME)
                    .hasSizeLessThanOrEqualTo(LONGEST_REFUSAL);
                assertThat(said.chars().noneMatch(Character::isISOControl)).as("%s", said).isTrue();
                throw e;
              }
            });
  }
}
