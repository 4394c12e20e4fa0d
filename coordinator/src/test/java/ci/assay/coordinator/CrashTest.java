package ci.assay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.store.UnfinishedCommits;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies after each step of storing; another one continues from what is on disk. */
class CrashTest {

  private static final Job JOB = Given.job(1);
  private static final Result RESULT = Given.withCases(JOB, "run-1", Outcome.FAILED);

  @TempDir Path folder;

  /** The last step before the crash; the test undoes the later steps from the finished state. */
  enum Died {
    BEFORE_THE_RESULT {
      @Override
      void undo(ResultsFixture results) throws IOException {
        BEFORE_THE_CASES.undo(results);
        Files.delete(results.file(JOB.id(), "result.json"));
      }
    },
    BEFORE_THE_CASES {
      @Override
      void undo(ResultsFixture results) throws IOException {
        BEFORE_THE_LOG.undo(results);
        Files.move(results.file(JOB.id(), "tests.jsonl"), results.file(JOB.id(), ".tests.run-1.0"));
      }
    },
    BEFORE_THE_LOG {
      @Override
      void undo(ResultsFixture results) throws IOException {
        BEFORE_THE_VERDICT.undo(results);
        Path text = results.file(JOB.id(), "log.txt");
        String whole = Files.readString(text);
        Files.delete(text);
        Files.writeString(results.file(JOB.id(), ".log.run-1.0"), whole.substring(0, 8));
        Files.writeString(results.file(JOB.id(), ".log.run-1.8"), whole.substring(8));
      }
    },
    BEFORE_THE_PIECES_WERE_REMOVED {
      @Override
      void undo(ResultsFixture results) throws IOException {
        BEFORE_THE_VERDICT.undo(results);
        Files.writeString(results.file(JOB.id(), ".log.run-1.0"), Given.LOG.substring(0, 8));
        Files.writeString(results.file(JOB.id(), ".log.run-0.0"), "of a run before");
      }
    },
    BEFORE_THE_VERDICT {
      @Override
      void undo(ResultsFixture results) throws IOException {
        Files.delete(results.folders.commit(JOB.id()).resolve("verdict.json"));
      }
    },
    WHEN_A_POWER_CUT_EMPTIED_THE_VERDICT {
      @Override
      void undo(ResultsFixture results) throws IOException {
        Files.writeString(results.folders.commit(JOB.id()).resolve("verdict.json"), "");
      }
    },
    BEFORE_THE_ACK {
      @Override
      void undo(ResultsFixture results) {}
    };

    abstract void undo(ResultsFixture results) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void redeliveredMessagesFinishTheStoring(Died died) throws Exception {
    ResultsFixture first = finished();
    died.undo(first);
    ResultsFixture second = new ResultsFixture(folder);
    deliverAll(second);
    assertFinished(second);
    assertThat(second.results.size()).isEqualTo(died == Died.BEFORE_THE_RESULT ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEFORE_THE_RESULT")
  void nextStartFinishesTheStoringWithoutARedelivery(Died died) throws Exception {
    ResultsFixture first = finished();
    died.undo(first);
    ResultsFixture second = new ResultsFixture(folder);
    new UnfinishedCommits(second.folders, second.store, second.owed).finish();
    assertFinished(second);
    assertThat(second.verdicts.size()).isEqualTo(died == Died.BEFORE_THE_ACK ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void deliveryThatStopsHalfwayTwiceStillEndsInOneVerdict(Died died) throws Exception {
    ResultsFixture first = finished();
    died.undo(first);
    new ResultsFixture(folder).store.add(JOB);
    ResultsFixture second = new ResultsFixture(folder);
    deliverAll(second);
    died.undo(second);
    ResultsFixture third = new ResultsFixture(folder);
    deliverAll(third);
    assertFinished(third);
  }

  private ResultsFixture finished() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    deliverAll(results);
    assertFinished(results);
    return results;
  }

  private static void deliverAll(ResultsFixture results) throws Exception {
    results.store.add(JOB);
    results.store.add(Given.piece(JOB, "run-1", 0, Given.LOG.substring(0, 8)));
    results.store.add(Given.piece(JOB, "run-1", 8, Given.LOG.substring(8)));
    results.store.add(Given.casesPiece(JOB, "run-1", 0, Given.CASES));
    results.store.add(RESULT);
  }

  private static void assertFinished(ResultsFixture results) throws Exception {
    assertThat(results.files(JOB))
        .isEqualTo(
            List.of(
                "default/job.json",
                "default/log.txt",
                "default/result.json",
                "default/tests.jsonl",
                "verdict.json"));
    assertThat(results.file(JOB.id(), "tests.jsonl")).hasContent(Given.CASES);
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
    assertThat(results.stored(JOB)).isEqualTo(RESULT);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.FAILED);
  }
}
