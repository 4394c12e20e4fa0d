package ci.assay.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.model.CommitId;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultReaderTest {

  @TempDir Path folder;
  private ResultsFixture results;
  private ResultReader reader = new ResultReader(Path.of(""));

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    reader = new ResultReader(folder);
  }

  @Test
  void missingFolderHasNoResults() {
    ResultReader none = new ResultReader(folder.resolve("none"));
    assertThat(none.repositories()).isEmpty();
    assertThat(none.newest(10)).isEmpty();
    assertThat(none.pending()).isEmpty();
  }

  @Test
  void verdictsAreNewestFirstAndNoMoreThanAskedFor() throws Exception {
    for (int i : new int[] {3, 1, 4, 2}) {
      judge(Given.job(i), i);
    }
    assertThat(reader.newest(10))
        .extracting(Verdict::commit)
        .containsExactly(Given.commit(4), Given.commit(3), Given.commit(2), Given.commit(1));
    assertThat(reader.newest(2))
        .extracting(Verdict::commit)
        .containsExactly(Given.commit(4), Given.commit(3));
    assertThat(reader.newest(0)).isEmpty();
  }

  @Test
  void resultsOfEachRepositoryAreSeparate() throws Exception {
    Job other = Given.job(JobId.of("cork", Given.commit(2), "default"), 1);
    judge(Given.job(1), 1);
    judge(other, 2);
    assertThat(reader.repositories()).containsExactly("bottle", "cork");
    assertThat(reader.newest("cork", 10))
        .extracting(Verdict::commit)
        .containsExactly(Given.commit(2));
    assertThat(reader.newest(10)).hasSize(2);
    assertThatThrownBy(() -> reader.newest("glass", 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "repository 'glass' has no results in " + folder + "; it has those of: bottle, cork");
    assertThatThrownBy(() -> reader.newest("..", 10)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void commitIsFoundByTheBeginningOfItsId() throws Exception {
    Job owed = Given.job(JobId.of("bottle", new CommitId("b".repeat(40)), "default"), 1);
    judge(Given.job(1), 1);
    judge(Given.job(2), 2);
    results.store.add(owed);
    Files.createDirectories(folder.resolve("bottle/lost+found"));
    assertThat(reader.resolve("bottle", "bb")).isEqualTo(owed.commit());
    assertThat(reader.resolve("bottle", "B".repeat(40))).isEqualTo(owed.commit());
    assertThatThrownBy(() -> reader.resolve("bottle", "0000"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "commit '0000' of repository 'bottle' is ambiguous; give more digits of one of: "
                + Given.commit(1)
                + ", "
                + Given.commit(2));
    assertThatThrownBy(() -> reader.resolve("bottle", "lost"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("commit 'lost' of repository 'bottle' has no results");
  }

  @Test
  void everyJobWithoutAResultIsOwed() throws Exception {
    Job one = Given.job(JobId.of("bottle", Given.commit(1), "jdk17"), 2);
    Job two = Given.job(JobId.of("bottle", Given.commit(1), "jdk21"), 2);
    Job done = Given.job(2);
    results.store.add(one);
    results.store.add(two);
    results.store.add(done);
    judge(done, 1);
    judge(one, 1);
    assertThat(reader.pending()).containsExactly(two);
    assertThat(reader.pending("bottle")).containsExactly(two);
    assertThat(reader.verdict("bottle", Given.commit(1))).isEmpty();
    assertThat(reader.results("bottle", Given.commit(1)))
        .extracting(Result::about)
        .containsExactly(one);
  }

  @Test
  void logIsThatOfTheDecidingRun() throws Exception {
    Job job = Given.job(1);
    Job again = Given.job(new JobId("bottle", Given.commit(1), "default", 2), 1);
    results.store.add(job);
    assertThatThrownBy(() -> reader.log("bottle", job.commit(), "default"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("has no result yet");
    results.store.add(Given.piece(job, "run-1", 0, Given.LOG));
    results.store.add(Given.result(job, "run-1", Outcome.FAILED));
    assertThat(reader.log("bottle", job.commit(), "default")).hasContent(Given.LOG);
    results.store.add(Given.piece(again, "run-2", 0, "again"));
    results.store.add(Given.result(again, "run-2", Outcome.PASSED, 5));
    assertThat(reader.log("bottle", job.commit(), "default")).hasContent("again");
    assertThat(reader.results("bottle", job.commit()))
        .extracting(Result::run)
        .containsExactly("run-2");
    assertThatThrownBy(() -> reader.log("bottle", job.commit(), "jdk9"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "commit %s of repository 'bottle' has no variant 'jdk9'; it has: default"
                .formatted(job.commit()));
  }

  @Test
  void unreadableVerdictIsLeftOut() throws Exception {
    judge(Given.job(1), 1);
    judge(Given.job(2), 2);
    Files.writeString(results.folders.commit(Given.job(2).id()).resolve("verdict.json"), "");
    assertThat(reader.newest(1)).extracting(Verdict::commit).containsExactly(Given.commit(1));
    assertThat(reader.verdict("bottle", Given.commit(2))).isEmpty();
    assertThat(reader.verdict("bottle", Given.commit(1))).isPresent();
  }

  /** Judged so many seconds after the start. */
  @Test
  void casesAreThoseOfTheDecidingRun() throws Exception {
    Job job = Given.job(1);
    store(Given.result(job, "run-1", Outcome.FAILED), Given.CASES);
    assertThat(reader.cases("bottle", job.commit(), "default"))
        .containsExactly(
            new TestCase("a.B", "one", CaseOutcome.PASSED, 3L, null, null),
            new TestCase("a.B", "two", CaseOutcome.FAILED, 4L, "no", null));

    judge(Given.rerun(job, 2), 5);
    assertThat(reader.cases("bottle", job.commit(), "default")).isEmpty();
    assertThatThrownBy(() -> reader.cases("bottle", job.commit(), "jdk9"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void linesThatAreNotTestCasesAreLeftOut() throws Exception {
    Job job = Given.job(1);
    String gap = "\n[assay: bytes 0 to 19 of this file were lost]\n";
    store(Given.result(job, "run-1", Outcome.FAILED), gap + Given.CASES.substring(20));
    assertThat(reader.cases("bottle", job.commit(), "default"))
        .extracting(TestCase::name)
        .containsExactly("two");
  }

  private void store(Result result, String cases) throws Exception {
    results.store.add(Given.piece(result.about(), "run-1", 0, Given.LOG));
    results.store.add(Given.casesPiece(result.about(), "run-1", 0, cases));
    results.store.add(result.withFiles(result.log(), new FileSummary(cases.length(), false, null)));
  }

  private void judge(Job job, int seconds) throws IOException, InterruptedException {
    results.store.add(
        Given.result(job, "run-1", Outcome.PASSED, 0, Given.START.plusSeconds(seconds)));
    Path verdict = results.folders.commit(job.id()).resolve("verdict.json");
    if (Files.exists(verdict)) {
      Files.setLastModifiedTime(verdict, FileTime.from(Given.START.plusSeconds(seconds)));
    }
  }
}
