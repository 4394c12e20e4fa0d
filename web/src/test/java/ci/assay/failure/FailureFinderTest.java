package ci.assay.failure;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static ci.assay.index.StoredFiles.test;
import static ci.assay.model.report.CaseOutcome.FAILED;
import static ci.assay.model.report.CaseOutcome.PASSED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.index.Index;
import ci.assay.index.IndexRebuild;
import ci.assay.index.StoredFiles;
import ci.assay.model.Outcome;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureFinderTest {

  private static final String MAIN = "refs/heads/main";

  @TempDir Path folder;
  private StoredFiles files;

  @BeforeEach
  void open() {
    files = new StoredFiles(folder.resolve("results"));
  }

  private Failure why(int n) {
    Failure failure =
        new FailureFinder(files.reader(), new FileHistory(files.reader())).of("bottle", commit(n));
    assertThat(Codec.json(failure).length).isLessThan(4096);
    assertThat(text(failure).getBytes(StandardCharsets.UTF_8).length).isLessThan(4096);
    assertThat(text(failure)).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
    assertThat(Codec.fromJson(Codec.json(failure), Failure.class)).isEqualTo(failure);
    return failure;
  }

  private static Failure.Tests tests(Failure failure) {
    return requireNonNull(failure.variants().get(0).tests());
  }

  private static String text(Failure failure) {
    return String.join("\n", FailureText.lines(failure));
  }

  private void judge(int n, TestCase... cases) {
    boolean isBad = List.of(cases).stream().anyMatch(each -> each.outcome().isBad());
    files.judge(
        job("bottle", n, MAIN, "Change " + n),
        isBad ? Outcome.FAILED : Outcome.PASSED,
        List.of(cases));
  }

  private static TestCase broken(String name, String message, String stack) {
    return new TestCase("pkg.Class", name, FAILED, 1L, message, stack);
  }

  @Test
  void whatNewlyFailsComesFirstAndOldFailuresSaySinceWhen() {
    judge(1, test("old", PASSED), test("new", PASSED));
    judge(2, test("old", FAILED), test("new", PASSED));
    judge(3, test("old", FAILED), test("new", PASSED));
    judge(
        4,
        test("old", FAILED),
        broken("new", "3 is not 4", "\tat pkg.Class.f(C.java:3)\n\tat org.junit.X.y(X.java:1)"));
    Failure why = why(4);
    assertThat(FailureText.lines(why))
        .containsExactly(
            "bottle 0000000000 failed: 2 tests",
            "Newly failing, compared with 0000000000 (failed):",
            "  pkg.Class new",
            "    3 is not 4",
            "    at pkg.Class.f(C.java:3)",
            "Also failed before:",
            "  pkg.Class old (since 0000000000)",
            "    it said no",
            "Commit: Change 4 (A U Thor)",
            "Parent: 0000000000 (failed)",
            "Repeat: assay run --commits " + commit(4) + " /srv/git/bottle");
    List<Failure.Case> failing = tests(why).failing();
    assertThat(failing.get(1).since()).isEqualTo(commit(2).value());
    assertThat(tests(why).comparedWith())
        .isEqualTo(new Failure.Ancestor(commit(3).value(), Outcome.FAILED));
  }

  @Test
  void aParentWithoutTestsIsPassedOver() {
    judge(1, test("a", PASSED));
    files.judge(job("bottle", 2, MAIN, null), Outcome.ERRORED, "no disk", "");
    judge(3, test("a", FAILED));
    Failure why = why(3);
    assertThat(requireNonNull(tests(why).comparedWith()).commit()).isEqualTo(commit(1).value());
    assertThat(why.parent()).isEqualTo(new Failure.Ancestor(commit(2).value(), Outcome.ERRORED));
  }

  @Test
  void whereNoParentIsKnownTheLastCommitOfTheBranchThatPassedIsComparedWith() {
    judge(1, test("a", PASSED));
    judge(5, test("a", FAILED));
    Failure why = why(5);
    assertThat(why.parent()).isNull();
    assertThat(tests(why).comparedWith())
        .isEqualTo(new Failure.Ancestor(commit(1).value(), Outcome.PASSED));
    assertThat(tests(why).failing().get(0).newly()).isTrue();
  }

  @Test
  void withNothingToCompareNothingIsGuessed() {
    judge(5, test("a", FAILED));
    assertThat(tests(why(5)).failing().get(0).newly()).isNull();
    assertThat(text(why(5))).contains("Failing tests:\n  pkg.Class a").doesNotContain("Parent");
  }

  @Test
  void withoutATestTheLogsOfThoseThatPassedSayWhatIsNew() {
    for (int n = 1; n < 4; n++) {
      files.judge(
          job("bottle", n, MAIN, null),
          Outcome.PASSED,
          "",
          "error: usual " + n + "\ndone in 3 s\n");
    }
    files.judge(
        job("bottle", 4, MAIN, null),
        Outcome.FAILED,
        "exit code 1",
        "error: usual 9\nx: error: y\n");
    Failure.Excerpt log = why(4).variants().get(0).log();
    assertThat(log).isEqualTo(new Failure.Excerpt(3, List.of("x: error: y")));
    assertThat(FailureText.lines(why(4)).subList(0, 3))
        .containsExactly(
            "bottle 0000000000 failed: exit code 1",
            "Log around the failure, without the lines that also appear in the last 3 passing runs:",
            "  x: error: y");
  }

  @Test
  void ofWhatPassedNothingIsExplained() {
    judge(1, test("a", PASSED));
    assertThat(why(1).variants()).isEmpty();
    assertThat(FailureText.lines(why(1))).containsExactly("bottle 0000000000 passed");
    assertThat(FailureText.lines(why(2))).containsExactly("bottle 0000000000 has no verdict yet");
  }

  @Test
  void howeverMuchThereIsToSayItIsShortAndBeginsWithTheReason() {
    List<TestCase> cases = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      cases.add(
          new TestCase(
              "\u001b[31m\"\\".repeat(200),
              "n" + n,
              FAILED,
              1L,
              "\u0001\"é\u202E\n".repeat(300),
              "\tat a.b.C" + "x".repeat(900) + ".d(E.java:1)\n".repeat(90)));
    }
    files.judge(job("bottle", 3, MAIN, "\u001b]0;\"".repeat(80)), Outcome.FAILED, cases);
    Failure why = why(3);
    assertThat(tests(why).failing()).isNotEmpty();
    assertThat(tests(why).more()).isGreaterThan(290);
    files.judge(
        job("bottle", 4, MAIN, null),
        Outcome.FAILED,
        "x".repeat(9_000),
        "error: \"\\\n".repeat(99_000));
    assertThat(requireNonNull(why(4).variants().get(0).log()).lines()).isNotEmpty();
  }

  @Test
  void aReportThatOnlySaysFailedIsAnsweredFromItsStack() {
    judge(
        1,
        broken(
            "t", "Failed", "=== RUN t\n    sums_test.go:9: got 3, want 2\nexpected 2 but got 3"));
    Failure.Case told = tests(why(1)).failing().get(0);
    assertThat(told.message()).contains("expected 2 but got 3");
    assertThat(told.frames()).containsExactly("sums_test.go:9: got 3, want 2");
  }

  @Test
  void aReportThatSaysTheTimeBeforeTheReasonIsAnsweredWithTheReason() {
    String stack = "duration_ms: 2.5\ntype: 'test'\nerror: |-\n  3 !== 4\nexpected: 3\nactual: 4";
    judge(1, broken("t", "duration_ms: 2.5", stack));
    assertThat(tests(why(1)).failing().get(0).message()).contains("error: |-", "  3 !== 4");
  }

  @Test
  void theIndexTellsWhichAreFlaky() {
    CaseOutcome[] backAndForth = {PASSED, FAILED, PASSED, FAILED, PASSED, FAILED};
    for (int n = 0; n < backAndForth.length; n++) {
      judge(n, test("a", backAndForth[n]));
    }
    try (Index index = Index.open(folder.resolve("assay.db"))) {
      assertThat(new IndexRebuild(index, files.reader(), Clock.systemUTC()).run()).isEqualTo(6);
      Failure why =
          new FailureFinder(files.reader(), new IndexHistory(index.commits(), index.tests()))
              .of("bottle", commit(5));
      assertThat(text(why)).contains("  pkg.Class a (flaky)");
    }
  }
}
