package ci.assay.index;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static ci.assay.index.StoredFiles.test;
import static ci.assay.model.report.CaseOutcome.FAILED;
import static ci.assay.model.report.CaseOutcome.PASSED;
import static ci.assay.model.report.CaseOutcome.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.report.CaseOutcome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestQueriesTest {

  private static final String MAIN = "refs/heads/main";

  @TempDir Path folder;
  private StoredFiles files;
  private Index index;

  @BeforeEach
  void open() {
    files = new StoredFiles(folder.resolve("results"));
    index = Index.open(folder.resolve("assay.db"));
  }

  @AfterEach
  void close() {
    index.close();
  }

  /** The test after commits with these outcomes of it. */
  private TestLine after(CaseOutcome... outcomes) {
    for (int n = 0; n < outcomes.length; n++) {
      files.judge(job("bottle", n, MAIN, null), Outcome.FAILED, List.of(test("a", outcomes[n])));
    }
    rebuild();
    return only();
  }

  private void rebuild() {
    assertThat(new IndexRebuild(index, files.reader(), Clock.systemUTC()).run()).isPositive();
  }

  private TestLine only() {
    return index.tests().tests(new TestFilter("bottle", TestFilter.Which.ALL, ""), 0, 9).get(0);
  }

  @Test
  void saysSinceWhichCommitATestFails() {
    assertThat(after(FAILED, PASSED, FAILED, SKIPPED, FAILED).failingSince())
        .isEqualTo(commit(2).value());
    assertThat(only().outcome()).isEqualTo(FAILED);
  }

  @Test
  void aTestThatPassesFailsSinceNoCommit() {
    TestLine line = after(FAILED, PASSED);
    assertThat(line.failingSince()).isNull();
    assertThat(line.flaky()).isFalse();
  }

  @Test
  void aTestThatGoesBackAndForthIsFlaky() {
    assertThat(after(PASSED, FAILED, PASSED, FAILED, PASSED).flaky()).isTrue();
  }

  @Test
  void aTestWithBothOutcomesAtOneTreeIsFlaky() {
    Job job = job("bottle", 1, MAIN, null);
    files.judge(job, Outcome.FAILED, List.of(test("a", FAILED)));
    Job again =
        new Job(
            new JobId("bottle", commit(1), "default", 2),
            new Revision(job.repository(), job.commit(), job.tree(), job.parents(), MAIN),
            new Task(job.variant(), 1, null, "default", 60),
            new Origin(job.queuedAt().plusSeconds(9), "rerun", null));
    files.judge(again, Outcome.PASSED, List.of(test("a", PASSED)));
    rebuild();
    assertThat(only().flaky()).isTrue();
    assertThat(index.tests().runs(only().id()))
        .extracting(TestRunLine::rerun)
        .containsExactly(1, 2);
    assertThat(index.tests().flaky("bottle", "default")).containsExactly("pkg.Class a");
  }

  @Test
  void keepsTheLastFiftyRunsOfATest() {
    CaseOutcome[] outcomes = new CaseOutcome[70];
    Arrays.fill(outcomes, FAILED);
    TestLine line = after(outcomes);
    assertThat(index.tests().runs(line.id()))
        .hasSize(50)
        .last()
        .extracting(TestRunLine::commit)
        .isEqualTo(commit(69).value());
    assertThat(line.outcome()).isEqualTo(FAILED);
  }

  @Test
  void findsTestsByNameAndState() {
    files.judge(
        job("bottle", 1, MAIN, null),
        Outcome.FAILED,
        List.of(test("opens", PASSED), test("closes", FAILED), test("100%_real", PASSED)));
    rebuild();
    assertThat(found(TestFilter.Which.FAILING, "")).containsExactly("closes");
    assertThat(found(TestFilter.Which.ALL, "OPEN")).containsExactly("opens");
    assertThat(found(TestFilter.Which.ALL, "%_")).containsExactly("100%_real");
    assertThat(found(TestFilter.Which.FLAKY, "")).isEmpty();
  }

  private List<String> found(TestFilter.Which which, String name) {
    return index.tests().tests(new TestFilter("bottle", which, name), 0, 9).stream()
        .map(TestLine::name)
        .toList();
  }
}
