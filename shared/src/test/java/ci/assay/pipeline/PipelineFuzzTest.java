package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No {@code .assay.yml} breaks its reader; what is wrong with it is said in one short line. */
class PipelineFuzzTest {

  private static final int LONGEST_REFUSAL = 1_000;
  private static final Bounds BOUNDS = Bounds.usual().longest(PipelineFile.MAX_BYTES);

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
            "- ",
            "? ",
            ": ",
            "&a ",
            "*a",
            "!!",
            "!<x>",
            "<<: ",
            "|\n",
            "{",
            "[",
            "\t",
            "\"\\",
            "test: ",
            "timeout: ",
            "steps: ",
            "variants: ",
            "exclude: ",
            "retry: "),
        Seeds.of(
            "test: make test\ntimeout: 10m\n",
            "# a comment\ntest: |\n  set -e\n  ./configure\n  make check\n",
            "test: >-\n  mvn -q\n  verify\ntimeout: \"90s\"\n",
            "{test: 'npm test', timeout: 1h30m}",
            "---\ntest: &a make\ntimeout: *a\n...\n",
            "%YAML 1.2\n---\n? test\n: !!str \"m\\u0061ke\"\n",
            """
        steps:
          - name: build
            run: JAVA_HOME=/opt/jdk-{java} mvn package
          - name: unit
            run: mvn test
            timeout: 10m
            env: {TZ: UTC}
          - name: upload
            if: failed
            run: ./save-screenshots
        env: {DATABASE: "{database}"}
        variants:
          java: [17, 21, 25]
          database: [postgres, none]
          exclude: [{java: 25, database: postgres}]
          may-fail: [{java: 25}]
        pool: ci-java-{java}
        reports: [build/reports/**/*.xml]
        paths: [src, pom.xml, '!src/docs']
        submodules: true
        retry: {failed: 1}
        """,
            "test: " + "[".repeat(20_000),
            "test: " + "{a: ".repeat(10_000),
            "- ".repeat(20_000),
            "test: " + "&a ".repeat(5_000) + "\n",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"));
  }

  @MethodSource("real")
  @FuzzTest
  void pipeline(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
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
