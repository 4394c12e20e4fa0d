package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Outcome;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PipelineCommandsTest {

  private static final String MATRIX =
      """
      variants:
        java: [17, 21]
        database: [postgres, mysql, none]
        may-fail: [{java: 21, database: none}]
      env: {ALL: "jdk-{java}"}
      steps:
        - name: build
          run: echo "$ALL" >> built
        - name: unit
          run: test {java}-{database} != 21-none
          timeout: 1m
        - name: upload
          if: failed
          run: touch uploaded
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void start() {
    sandbox = new Sandbox(folder);
  }

  @Test
  void validateSaysWhichSecretsACommitNames() throws Exception {
    Files.writeString(
        folder.resolve(".assay.yml"), "test: a\nsecrets: [A, B]\noptional-secrets: [C]\n");
    assertThat(sandbox.run("validate")).isZero();
    assertThat(sandbox.out())
        .contains(
            "needs the secrets A, B of a worker\n",
            "has the secrets C where a worker gives them\n");
  }

  @Test
  void validateSaysWhatWouldRunInEachCell() throws Exception {
    Files.writeString(folder.resolve(".assay.yml"), MATRIX);
    assertThat(sandbox.run("validate")).isZero();
    assertThat(sandbox.out())
        .startsWith("right; 6 jobs, one for each variant\n")
        .contains(
            """
            21-none  may fail
              build  echo "$ALL" >> built
              unit (1 m at most)  test 21-none != 21-none
              upload (after a failure)  touch uploaded
              env  ALL=jdk-21 ASSAY_VARIANT_DATABASE=none ASSAY_VARIANT_JAVA=21
            """);
  }

  @Test
  void validateRefusesInOneLine() throws Exception {
    Files.writeString(folder.resolve(".assay.yml"), "step: []\n");
    assertThat(sandbox.run("validate")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .containsExactly(
            "assay: .assay.yml line 1, column 1: unknown key 'step'; did you mean 'steps'?");
    Files.writeString(folder.resolve(".assay.yaml"), "test: a\n");
    assertThat(sandbox.run("validate")).isEqualTo(2);
    assertThat(sandbox.err()).contains("there is also .assay.yaml; keep one of them");
    assertThat(sandbox.run("validate", "--schema")).isZero();
    assertThat(sandbox.out()).startsWith("{\n  \"$schema\"");
  }

  @Test
  void execRunsTheStepsHereAsTheyAre() throws Exception {
    Files.writeString(folder.resolve(".assay.yml"), MATRIX);
    assertThat(sandbox.run("exec")).isZero();
    assertThat(folder.resolve("built")).hasContent("jdk-17\n");
    assertThat(folder.resolve("uploaded")).doesNotExist();
    assertThat(sandbox.out()).isEqualTo("--- build\n--- unit\n");

    assertThat(sandbox.run("exec", "--variant", "21-none")).isEqualTo(1);
    assertThat(folder.resolve("uploaded")).exists();
    assertThat(sandbox.out()).contains("step 'unit' ended with exit code 1");

    assertThat(sandbox.run("exec", "build", "--variant", "21-mysql")).isZero();
    assertThat(folder.resolve("built")).hasContent("jdk-17\njdk-21\njdk-21\n");
    assertThat(sandbox.run("exec", "nosuch")).isEqualTo(2);
    assertThat(sandbox.err()).contains("there are build, unit, upload");
  }

  @Test
  @Tag("long")
  void runTestsEachCellAndTheOneThatMayFailDoesNotCount() throws Exception {
    Path results = folder.resolve("results");
    try (TestRepository git = TestRepository.in(folder.resolve("bottle"))) {
      git.commit("matrix", Map.of(".assay.yml", MATRIX));
      assertThat(sandbox.run("run", "--results", results.toString(), git.path().toString()))
          .as(sandbox.both())
          .isZero();
      assertThat(sandbox.out()).contains("1 commit in").contains("1 passed");
      Path commit;
      try (var commits = Files.list(results.resolve("bottle"))) {
        commit = commits.filter(Files::isDirectory).findFirst().orElseThrow();
      }
      var verdict = Codec.decodeVerdict(Files.readAllBytes(commit.resolve("verdict.json")));
      assertThat(verdict.outcome()).isEqualTo(Outcome.PASSED);
      assertThat(verdict.variants()).hasSize(6);
      assertThat(verdict.variants().get("21-none"))
          .satisfies(part -> assertThat(part.outcome()).isEqualTo(Outcome.FAILED))
          .satisfies(part -> assertThat(part.mayFail()).isTrue());
      String id = commit.getFileName().toString();
      assertThat(sandbox.run("results", "--results", results.toString(), "bottle", id)).isZero();
      assertThat(sandbox.out())
          .contains(
              "17-postgres", "counts     no: it may fail", "step       unit: failed, exit code 1")
          .contains("step       upload: skipped");
    }
  }
}
