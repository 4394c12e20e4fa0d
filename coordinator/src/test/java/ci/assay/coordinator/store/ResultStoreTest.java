package ci.assay.coordinator.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ci.assay.common.Texts;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.store.ResultStore.Answer;
import ci.assay.message.InlineFiles;
import ci.assay.message.RunNotice;
import ci.assay.message.RunStarted;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.model.RunId;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultStoreTest {

  private static final Job JOB = Given.job(1);
  private static final Result PASSED = Given.result(JOB, "run-1", Outcome.PASSED);

  @TempDir Path folder;
  private ResultsFixture results;
  private ResultStore store;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder.resolve("results"));
    store = results.store;
  }

  @Test
  void jobPieceAndResultBecomeTheFilesOfACommit() throws Exception {
    store.add(JOB);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    assertThat(store.add(PASSED)).isEqualTo(Answer.STORED);

    assertThat(results.files(JOB))
        .containsExactly(
            "default/job.json", "default/log.txt", "default/result.json", "verdict.json");
    assertThat(Codec.decodeFile(Files.readAllBytes(results.file(JOB.id(), "job.json")), Job.class))
        .isEqualTo(JOB);
    assertThat(results.stored(JOB)).isEqualTo(PASSED);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(results.results).containsExactly(PASSED);
    assertThat(results.verdicts).containsExactly(results.verdict(JOB));
    assertThat(results.temporaryFiles()).isEmpty();
  }

  @Test
  void filesAreReadableForTheGroupOnly() throws Exception {
    store.add(JOB);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(PASSED);
    for (String name : results.files(JOB)) {
      assertThat(Files.getPosixFilePermissions(results.folders.commit(JOB.id()).resolve(name)))
          .contains(PosixFilePermission.GROUP_READ)
          .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ);
    }
  }

  @Test
  void inlineFilesAreStoredLikeOthers() throws Exception {
    InlineFiles files = new InlineFiles(Given.LOG, "{}\n");
    Result result = PASSED.withFiles(PASSED.log(), new FileSummary(3, false, null));
    assertThat(store.add(result, files)).isEqualTo(Answer.STORED);
    assertThat(store.add(result, files)).isEqualTo(Answer.KNOWN);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
    assertThat(results.file(JOB.id(), "tests.jsonl")).hasContent("{}");
    assertThat(results.files(JOB))
        .containsExactly(
            "default/log.txt", "default/result.json", "default/tests.jsonl", "verdict.json");
    assertThat(results.file(JOB.id(), "result.json")).content().doesNotContain("files");
  }

  @Test
  void inlineFileOfAnotherLengthThanItsSummaryIsIgnored() throws Exception {
    assertThat(store.add(PASSED, new InlineFiles("short", null))).isEqualTo(Answer.INCOMPLETE);
    assertThat(store.isJudged(JOB.id())).isFalse();
  }

  @Test
  void resultNeedsNoEarlierMessage() throws Exception {
    assertThat(store.add(Given.result(JOB, "run-1", Outcome.ERRORED, 0))).isEqualTo(Answer.STORED);
    assertThat(results.log(JOB)).isEmpty();
    store.add(JOB);
    assertThat(results.files(JOB)).contains("default/job.json");
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.ERRORED);
  }

  @Test
  void redeliveredResultChangesNothing() throws Exception {
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(PASSED);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    assertThat(store.add(PASSED)).isEqualTo(Answer.KNOWN);
    assertThat(results.files(JOB))
        .containsExactly("default/log.txt", "default/result.json", "verdict.json");
    assertThat(results.results).hasSize(1);
    assertThat(results.verdicts).hasSize(1);
  }

  @Test
  void resultOfAnotherRunIsKeptAsAnAttemptOnce() throws Exception {
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(PASSED);
    Result late = Given.result(JOB, "run-2", Outcome.FAILED);
    Result later = Given.result(JOB, "run-3", Outcome.FAILED);
    store.add(Given.piece(JOB, "run-2", 0, "another log"));
    assertThat(store.add(late)).isEqualTo(Answer.ATTEMPT);
    assertThat(store.add(late)).isEqualTo(Answer.ATTEMPT);
    assertThat(store.add(later)).isEqualTo(Answer.ATTEMPT);

    assertThat(results.stored(JOB)).isEqualTo(PASSED);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
    assertThat(Files.readAllLines(results.file(JOB.id(), "attempts.jsonl")))
        .extracting(line -> Codec.decode(line.getBytes(UTF_8)))
        .containsExactly(late, later);
    assertThat(results.files(JOB)).hasSize(4);
  }

  @Test
  void theResultOfALaterAttemptSaysWhyTheEarlierOnesHaveNone() throws Exception {
    store.add(JOB);
    store.addToStarts(JOB.id(), new RunStarted(JOB.id(), "run-0", "host-0", Given.START));
    store.addToStarts(
        JOB.id(),
        new RunNotice(JOB.id(), "run-0", "host-0", RunNotice.State.NO_RESULT, Given.START));
    store.addToStarts(JOB.id(), new RunStarted(JOB.id(), "run-1", "host-1", Given.START));
    Result second =
        new Result(
            PASSED.id(),
            new RunId("run-1", 2, "what a worker says of it does not count"),
            PASSED.conclusion(),
            PASSED.execution(),
            PASSED.findings(),
            PASSED.about());

    assertThat(store.add(second, new InlineFiles(Given.LOG, null))).isEqualTo(Answer.STORED);

    assertThat(results.stored(JOB).attemptWords())
        .isEqualTo(
            "attempt 2: worker host-0 was lost during its run, which began at "
                + Texts.time(Given.START));
    assertThat(store.add(second)).isEqualTo(Answer.KNOWN);
  }

  @Test
  void piecesOfOtherRunsAreRemovedWhenTheResultIsStored() throws Exception {
    store.add(Given.piece(JOB, "run-2", 0, "of a worker that died"));
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(PASSED);
    assertThat(results.files(JOB))
        .containsExactly("default/log.txt", "default/result.json", "verdict.json");
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
  }

  @Test
  void resultIsNotStoredWhilePiecesOfItsLogAreMissing() throws Exception {
    store.add(Given.piece(JOB, "run-1", 8, Given.LOG.substring(8)));
    assertThat(store.add(PASSED)).isEqualTo(Answer.INCOMPLETE);
    store.add(Given.piece(JOB, "run-2", 0, Given.LOG));
    assertThat(store.add(PASSED)).isEqualTo(Answer.INCOMPLETE);
    assertThat(results.results).isEmpty();
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG.substring(0, 8)));
    assertThat(store.add(PASSED)).isEqualTo(Answer.STORED);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
  }

  @Test
  void resultWhoseLogIsLostSaysSoAndTheLogShowsTheGap() throws Exception {
    store.add(Given.piece(JOB, "run-1", 8, Given.LOG.substring(8)));
    assertThat(store.addWithoutWholeFiles(PASSED)).isEqualTo(Answer.STORED);
    assertThat(results.stored(JOB).log().complete()).isFalse();
    assertThat(results.log(JOB))
        .isEqualTo("\n[assay: bytes 0 to 7 of this file were lost]\n" + Given.LOG.substring(8));
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG.substring(0, 8)));
    assertThat(store.add(PASSED)).isEqualTo(Answer.KNOWN);
    assertThat(results.files(JOB))
        .containsExactly("default/log.txt", "default/result.json", "verdict.json");
  }

  @Test
  void testCasesBecomeAFileBesideTheLog() throws Exception {
    Result result = Given.withCases(JOB, "run-1", Outcome.FAILED);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(Given.casesPiece(JOB, "run-1", 20, Given.CASES.substring(20)));
    store.add(Given.casesPiece(JOB, "run-1", 0, Given.CASES.substring(0, 20)));
    store.add(Given.casesPiece(JOB, "run-2", 0, "of a worker that died"));
    assertThat(store.add(result)).isEqualTo(Answer.STORED);

    assertThat(results.files(JOB))
        .containsExactly(
            "default/log.txt", "default/result.json", "default/tests.jsonl", "verdict.json");
    assertThat(results.file(JOB.id(), "tests.jsonl")).hasContent(Given.CASES);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
  }

  @Test
  void resultIsNotStoredWhilePiecesOfItsTestCasesAreMissing() throws Exception {
    Result result = Given.withCases(JOB, "run-1", Outcome.FAILED);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    assertThat(store.add(result)).isEqualTo(Answer.INCOMPLETE);
    store.add(Given.casesPiece(JOB, "run-1", 20, Given.CASES.substring(20)));
    assertThat(store.add(result)).isEqualTo(Answer.INCOMPLETE);
    assertThat(store.addWithoutWholeFiles(result)).isEqualTo(Answer.STORED);

    assertThat(results.stored(JOB).log().complete()).isNull();
    assertThat(results.stored(JOB).summaryOf(RunFile.TESTS).complete()).isFalse();
    assertThat(results.file(JOB.id(), "tests.jsonl"))
        .hasContent(
            "\n[assay: bytes 0 to 19 of this file were lost]\n" + Given.CASES.substring(20));
  }

  @Test
  void resultWithoutTestCasesHasNoFileOfThem() throws Exception {
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(Given.casesPiece(JOB, "run-2", 0, Given.CASES));
    store.add(PASSED);
    assertThat(results.files(JOB))
        .containsExactly("default/log.txt", "default/result.json", "verdict.json");
  }

  @Test
  void resultWaitsForAPieceThatAnotherThreadIsStoring() throws Exception {
    ResultStore patient =
        new ResultStore(
            results.folders, results.disk, results, results.owed, Duration.ofSeconds(60));
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread waiting = new Thread(() -> complete(answer, patient));
    waiting.start();
    patient.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    assertThat(answer.get()).isEqualTo(Answer.STORED);
    waiting.join();
  }

  private static void complete(CompletableFuture<Answer> answer, ResultStore patient) {
    try {
      answer.complete(patient.add(PASSED));
    } catch (IOException | InterruptedException e) {
      answer.completeExceptionally(e);
    }
  }

  @Test
  @Tag("long")
  void ofTwoStoresOnOneFolderOneStoresAndTheOtherKeepsAnAttempt() throws Exception {
    ResultsFixture others = new ResultsFixture(results.folders.root());
    for (int i = 0; i < 30; i++) {
      Job job = Given.job(i);
      store.add(Given.piece(job, "run-1", 0, Given.LOG));
      store.add(Given.piece(job, "run-2", 0, Given.LOG));
      CyclicBarrier start = new CyclicBarrier(2);
      Future<Answer> one = adding(store, Given.result(job, "run-1", Outcome.PASSED), start);
      Future<Answer> two = adding(others.store, Given.result(job, "run-2", Outcome.FAILED), start);
      assertThat(List.of(one.get(), two.get()))
          .containsExactlyInAnyOrder(Answer.STORED, Answer.ATTEMPT);
      assertThat(results.log(job)).isEqualTo(Given.LOG);
      assertThat(results.verdict(job).outcome()).isEqualTo(results.stored(job).outcome());
    }
  }

  private static Future<Answer> adding(ResultStore store, Result result, CyclicBarrier start) {
    FutureTask<Answer> task =
        new FutureTask<>(
            () -> {
              start.await();
              return store.add(result);
            });
    new Thread(task).start();
    return task;
  }

  @Test
  void verdictAppearsWhenAllVariantsHaveAResult() throws Exception {
    Job one = Given.job(JobId.of("bottle", Given.commit(1), "jdk17"), 2);
    Job two = Given.job(JobId.of("bottle", Given.commit(1), "jdk21"), 2);
    store.add(Given.result(one, "run-1", Outcome.PASSED, 0));
    assertThat(results.verdicts).isEmpty();
    assertThat(results.files(one)).doesNotContain("verdict.json");
    store.add(Given.result(two, "run-2", Outcome.FAILED, 0));
    assertThat(results.verdict(one).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(results.verdict(one).variants()).containsOnlyKeys("jdk17", "jdk21");
  }

  @Test
  void rerunDecidesAndTheFirstResultStays() throws Exception {
    JobId again = new JobId("bottle", Given.commit(1), "default", 2);
    store.add(Given.result(JOB, "run-1", Outcome.FAILED, 0));
    store.add(Given.job(again, 1));
    store.add(Given.result(Given.job(again, 1), "run-2", Outcome.PASSED, 0));
    assertThat(results.files(JOB))
        .containsExactly(
            "default/log.txt",
            "default/reruns/2/job.json",
            "default/reruns/2/log.txt",
            "default/reruns/2/result.json",
            "default/result.json",
            "verdict.json");
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(results.verdicts)
        .extracting(Verdict::outcome)
        .containsExactly(Outcome.FAILED, Outcome.PASSED);
    store.add(Given.result(JOB, "run-1", Outcome.FAILED, 0));
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  void theFirstOfTwoDifferentJobsWithTheSameIdStays() throws Exception {
    store.add(JOB);
    store.add(Given.withTest(JOB, "make check"));
    assertThat(Codec.decodeFile(Files.readAllBytes(results.file(JOB.id(), "job.json")), Job.class))
        .isEqualTo(JOB);
  }

  @Test
  void listenerThatFailsChangesNothing() throws Exception {
    VerdictListener failing =
        new VerdictListener() {
          @Override
          public void resultStored(Result result) {
            throw new IllegalStateException("no");
          }

          @Override
          public void verdictStored(Verdict verdict) {
            throw new IllegalStateException("no");
          }
        };
    ResultStore other =
        new ResultStore(results.folders, results.disk, failing, results.owed, Duration.ZERO);
    assertThat(other.add(Given.result(JOB, "run-1", Outcome.PASSED, 0))).isEqualTo(Answer.STORED);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  void listenerIsToldOnceTheFilesCanBeRead() {
    VerdictListener reading =
        new VerdictListener() {
          @Override
          public void resultStored(Result result) {
            assertThatCode(() -> assertThat(results.stored(JOB)).isEqualTo(result))
                .doesNotThrowAnyException();
            results.results.add(result);
          }

          @Override
          public void verdictStored(Verdict verdict) {
            assertThatCode(() -> assertThat(results.verdict(JOB)).isEqualTo(verdict))
                .doesNotThrowAnyException();
            results.verdicts.add(verdict);
          }
        };
    ResultStore other =
        new ResultStore(results.folders, results.disk, reading, results.owed, Duration.ZERO);
    assertThatCode(() -> other.add(Given.result(JOB, "run-1", Outcome.PASSED, 0)))
        .doesNotThrowAnyException();
    assertThat(results.results).hasSize(1);
    assertThat(results.verdicts).hasSize(1);
  }
}
