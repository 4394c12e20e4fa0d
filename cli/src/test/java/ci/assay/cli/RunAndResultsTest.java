package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run}, and {@code results} and {@code log} on what it stored. */
@Tag("long")
class RunAndResultsTest {

  @TempDir Path folder;
  private Sandbox sandbox;
  private TestRepository repository;
  private CommitId good;
  private CommitId bad;

  @BeforeEach
  void aGoodAndABadCommit() {
    sandbox = new Sandbox(folder);
    repository = TestRepository.in(folder.resolve("sample.git"));
    repository.commit("root", Map.of("check.sh", "true"));
    good = repository.commit("all is well", Map.of("check.sh", "echo fine"));
    bad = repository.commit("oops", Map.of("check.sh", "echo broken; exit 3"));
  }

  @AfterEach
  void closeRepository() {
    repository.close();
  }

  private int run(String... more) {
    List<String> words = List.of("run", "--test", "sh check.sh", "--results", "results");
    return sandbox.run(
        Stream.of(words, List.of(more), List.of("sample.git"))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  @Test
  void runTellsWhatPassedAndWhatDidNot() {
    assertThat(run("--commits", "HEAD~2..")).isEqualTo(1);

    assertThat(sandbox.out())
        .contains("✔ passed", "✘ failed", "all is well", "oops")
        .contains("| broken")
        .contains("2 commits in ", ": 1 passed, 1 failed");
    assertThat(sandbox.err()).isEmpty();
  }

  @Test
  void runGivesTheSecretsOfTheFileAndMasksThem() throws Exception {
    String pipeline =
        "secrets: [TOKEN]\ntest: 'echo \"$TOKEN\"; test \"$TOKEN\" = s3cr3t/42; exit 3'\n";
    CommitId commit = repository.commit("secret", Map.of(".assay.yml", pipeline));
    Files.writeString(
        folder.resolve("assay.yaml"),
        "secrets: [{name: TOKEN, command: 'echo s3cr3t/42', repositories: 'sam*'}]\n");
    assertThat(run("--commits", "HEAD~1..")).isEqualTo(1);
    assertThat(sandbox.out()).contains("| ***").doesNotContain("s3cr3t");
    sandbox.run("log", "--results", "results", "sample", commit.value());
    assertThat(sandbox.out()).contains("***\n").doesNotContain("s3cr3t");
    sandbox.run("why", "--results", "results", "sample", commit.value());
    assertThat(sandbox.out()).contains("Repeat: assay run ").doesNotContain("s3cr3t");
  }

  @Test
  void whySaysWhatThePassingRunDidNotPrint() {
    assertThat(run("--commits", "HEAD~2..")).isEqualTo(1);

    assertThat(sandbox.run("why", "--results", "results", "sample", bad.value())).isZero();
    assertThat(sandbox.out().lines().toList())
        .startsWith("sample " + bad.value().substring(0, 10) + " failed: exit code 3")
        .contains("  broken", "Parent: " + good.value().substring(0, 10) + " (passed)")
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("Repeat: assay run --commits " + bad + " --test 'sh check.sh' "));
    assertThat(sandbox.run("why", "--results", "results", "--json", "sample", bad.value()))
        .isZero();
    assertThat(sandbox.out()).startsWith("{").contains("\"lines\":[\"broken\"]").endsWith("}\n");
    assertThat(sandbox.run("why", "--results", "results", "sample", good.value())).isEqualTo(1);
    assertThat(sandbox.out()).endsWith(" passed\n");
  }

  @Test
  void aReportThatBreaksOffIsSaidInTheTableAndInTheLog() {
    CommitId cut =
        repository.commit(
            "cut",
            Map.of(
                "check.sh",
                "echo '<testsuite><testcase name=\"a\"><failure/></testcase><testca' > junit.xml; printf half; exit 1"));
    assertThat(run("--commits", "HEAD~1..")).isEqualTo(1);
    assertThat(sandbox.out()).contains("at least 1 test, 1 failed");
    sandbox.run("results", "--results", "results");
    assertThat(sandbox.out()).contains("at least 1 test, 1 failed");
    sandbox.run("log", "--results", "results", "sample", cut.value());
    assertThat(sandbox.out())
        .contains("half\n[assay] report junit.xml could not be read from line 2 on: the file ends");
  }

  @Test
  void nothingThatACommitSaysMovesTheCursor() {
    String evil = "a\u001b]0;TITLE\u0007b \u001b[2Jc \rHIDDEN \u001b[31mred \u009b1m";
    repository.commit(evil, Map.of("check.sh", "printf '\\033[2J\\033]0;x\\007\\r' ; exit 1"));
    assertThat(run("--commits", "HEAD~2..")).isEqualTo(1);
    assertThat(sandbox.out() + sandbox.err()).doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]");
    sandbox.run("results", "--results", "results");
    assertThat(sandbox.out() + sandbox.err()).doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]");
  }

  @Test
  void runEndsWithZeroWhenAllPassedAndDoesNotRepeatWhatHasAVerdict() {
    assertThat(run("--commits", good.value())).isZero();
    assertThat(sandbox.out()).contains("1 passed").doesNotContain("already");

    assertThat(run("--commits", "HEAD~2..")).isEqualTo(1);
    assertThat(sandbox.out())
        .contains("testing 1 commit, 1 at a time")
        .contains("1 of 2 already has a verdict there and is not tested again");
  }

  @Test
  void aFolderInsideARepositoryMeansTheWholeOfIt() {
    int code =
        sandbox.run(
            "run", "--test", "sh check.sh", "--commits", good.value(), "sample.git/refs/heads");
    assertThat(code).isZero();
    assertThat(sandbox.out()).contains("sample", "1 passed");
  }

  @Test
  void runPrintsOneJsonObjectForEachVerdictAndNothingElse() {
    assertThat(run("--json", "--commits", "HEAD~2..")).isEqualTo(1);

    List<Verdict> verdicts =
        sandbox
            .out()
            .lines()
            .map(line -> Codec.decodeVerdict(line.getBytes(StandardCharsets.UTF_8)))
            .toList();
    assertThat(verdicts).extracting(Verdict::commit).containsExactlyInAnyOrder(good, bad);
    assertThat(verdicts)
        .extracting(Verdict::outcome)
        .containsExactlyInAnyOrder(Outcome.PASSED, Outcome.FAILED);
  }

  @Test
  void runWithoutAFolderForResultsKeepsThemInTheCache() throws Exception {
    assertThat(sandbox.run("run", "--test", "sh check.sh", "sample.git")).isEqualTo(1);

    try (Stream<Path> runs = Files.list(folder.resolve("home/.cache/assay/runs"))) {
      assertThat(runs)
          .singleElement()
          .satisfies(
              each -> assertThat(each.resolve("sample/" + bad + "/verdict.json")).isRegularFile());
    }
  }

  @Test
  void resultsAreListedAndShownInDetail() {
    run("--commits", "HEAD~2..");

    assertThat(sandbox.run("results", "--results", "results")).isZero();
    assertThat(sandbox.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("✘ failed") && line.contains(bad.abbreviated()));

    String beginning = bad.value().substring(0, 5);
    assertThat(sandbox.run("results", "--results", "results", "sample", beginning)).isZero();
    assertThat(sandbox.out())
        .contains("sample " + bad, "✘ failed", "exit code  3", "checkout", "log.txt (7 bytes)");

    assertThat(sandbox.run("results", "--results", "results", "--json", "sample")).isZero();
    assertThat(sandbox.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void resultsNameTheRefsThatPointAtACommit() throws Exception {
    run("--commits", "HEAD~2..");
    RefTips tips =
        new RefTips(
            "sample",
            1,
            Map.of("refs/heads/release", good, "refs/heads/old", good, "refs/heads/main", bad),
            0,
            Instant.EPOCH);
    Files.write(folder.resolve("results/sample/refs.json"), Codec.encodePretty(tips));

    assertThat(sandbox.run("results", "--results", "results")).isZero();
    assertThat(sandbox.out().lines())
        .anyMatch(line -> line.contains(good.abbreviated()) && line.contains("old, release"))
        .anyMatch(line -> line.contains(bad.abbreviated()) && line.contains(" main "));
  }

  @Test
  void resultsShowSubjectAndFirstFailingTestInTheirColumns() {
    CommitId broken =
        repository.commit(
            "break the clock",
            Map.of(
                "check.sh",
                "echo '<testsuite><testcase classname=\"c.ClockTest\" name=\"strikes\"><failure/></testcase></testsuite>' > junit.xml; exit 1"));
    run("--commits", "HEAD~1..");
    assertThat(sandbox.run("results", "--results", "results")).isZero();
    assertThat(sandbox.out().lines().findFirst().orElseThrow())
        .containsSubsequence("STATE", "COMMIT", "SUBJECT", "SUMMARY");
    assertThat(sandbox.out())
        .contains("break the clock  1 test, 1 failed; first failing: ClockTest.strikes");
    assertThat(sandbox.run("results", "--results", "results", "--json")).isZero();
    assertThat(sandbox.out())
        .contains(
            "\"commit\":\"" + broken + "\"",
            "\"subject\":\"break the clock\"",
            "\"state\":\"failed\"",
            "\"outcome\":\"failed\"");
  }

  @Test
  void whatRanAndWhereItCameFromIsSaidWithResultAndLog() {
    CommitId own =
        repository.commit("own", Map.of(".assay.yml", "test: |\n  echo mine\n  echo more\n"));
    CommitId found =
        repository.commit(
            "found", Map.of(".assay.yml", "timeout: 1m", "Makefile", "test:\n\ttrue\n"));
    run("--commits", "HEAD~2..");
    sandbox.run("results", "--results", "results", "sample", own.value());
    assertThat(sandbox.out())
        .containsSubsequence("command", "echo mine", "echo more", "from .assay.yml");
    assertThat(sandbox.run("log", "--results", "results", "sample", own.value())).isZero();
    assertThat(sandbox.err()).isEqualTo("[assay] ran echo mine … (from .assay.yml)\n");
    assertThat(sandbox.out()).isEqualTo("mine\nmore\n");
    sandbox.run("log", "--results", "results", "sample", found.value());
    assertThat(sandbox.err()).isEqualTo("[assay] ran sh check.sh (from the option --test)\n");
    sandbox.run("run", "--results", "detected", "--commits", found.value(), "sample.git");
    sandbox.run("log", "--results", "detected", "sample", found.value());
    assertThat(sandbox.err()).isEqualTo("[assay] ran make test (detected)\n");
  }

  @Test
  void whyNothingRanIsSaidWithItsEmptyLog() {
    CommitId broken = repository.commit("broken", Map.of(".assay.yml", "test: []\n"));
    run("--commits", broken.value());
    assertThat(sandbox.run("log", "--results", "results", "sample", broken.value())).isZero();
    assertThat(sandbox.err())
        .isEqualTo(
            "[assay] nothing ran: .assay.yml line 1, column 7: 'test' must be a command, such as 'make test'\n");
    assertThat(sandbox.out()).isEmpty();
  }

  @Test
  void waitEndsAsTheVerdictSays() {
    run("--commits", "HEAD~2..");
    assertThat(sandbox.run("wait", "--results", "results", "sample", good.abbreviated())).isZero();
    assertThat(sandbox.out()).contains("✔ passed  sample " + good.abbreviated());
    assertThat(sandbox.run("wait", "--results", "results", "--json", "sample", bad.value()))
        .isEqualTo(1);
    assertThat(Codec.decodeVerdict(sandbox.out().strip().getBytes(StandardCharsets.UTF_8)).commit())
        .isEqualTo(bad);

    String unknown = "0".repeat(40);
    assertThat(sandbox.run("wait", "--results", "results", "--timeout", "300ms", "sample", unknown))
        .isEqualTo(3);
    assertThat(sandbox.errorLines())
        .singleElement()
        .asString()
        .contains("has no verdict after 300 ms: it is not known here");
    assertThat(sandbox.run("wait", "--results", "results", "sample", "HEAD")).isEqualTo(2);
    assertThat(sandbox.run("wait", "--results", "nowhere", "sample", unknown)).isEqualTo(2);
  }

  @Test
  void logPrintsWhatTheRunPrinted() {
    run("--commits", "HEAD~2..");

    assertThat(sandbox.run("log", "--results", "results", "sample", bad.abbreviated())).isZero();
    assertThat(sandbox.out()).isEqualTo("broken\n");

    assertThat(sandbox.run("log", "--results", "results", "sample", "0000")).isEqualTo(2);
    assertThat(sandbox.errorLines()).singleElement().asString().contains("has no results");
  }
}
