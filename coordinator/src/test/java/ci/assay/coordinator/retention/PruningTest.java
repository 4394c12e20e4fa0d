package ci.assay.coordinator.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.refs.RefTipsFiles;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningTest {

  private static final String MAIN = "refs/heads/main";
  private static final String TOPIC = "refs/heads/topic";
  private static final String LOG = "line\n".repeat(100);
  private static final Instant NOW = Given.START.plus(Duration.ofDays(100));

  @TempDir Path folder;
  private ResultsFixture results;
  private Pruning pruning;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    pruning = new Pruning(folder);
  }

  @Test
  void commitsAreKeptByAgeAndByCountOfEachBranch() throws Exception {
    for (int day = 0; day < 6; day++) {
      judge(day, MAIN, day);
      judge(10 + day, TOPIC, day);
    }
    assertThat(found(Duration.ofDays(97), null)).containsExactly(0, 10, 1, 11, 2, 12);
    assertThat(found(null, 5)).containsExactly(0, 10);
    assertThat(found(Duration.ofDays(97), 5)).containsExactly(0, 10);
    assertThat(found(Duration.ofDays(100), 1)).as("none is that old").isEmpty();
    assertThatThrownBy(() -> new PruneRule(null, null)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void tipsOfRefsAndCommitsWithOwedJobsKeepAllFiles() throws Exception {
    judge(0, MAIN, 0);
    judge(1, MAIN, 1);
    Job rerun = Given.rerun(judge(2, MAIN, 2), 2);
    judge(3, MAIN, 3);
    results.store.add(rerun);
    new RefTipsFiles(results.folders, results.disk, VerdictListener.none())
        .add(new RefTips("bottle", 1, Map.of(MAIN, Given.commit(1)), 0, NOW));
    assertThat(found(Duration.ofDays(1), null)).containsExactly(0, 3);
  }

  @Test
  void largeFilesAreRemovedAndTheirSizeWasReportedBefore() throws Exception {
    Job job = judge(0, MAIN, 0);
    results.store.add(Given.result(job, "r9", Outcome.FAILED, 0));
    long before = size(job);
    OldRun old = old(rule(Duration.ofDays(1), null)).get(0);

    pruning.remove(old, NOW);

    assertThat(results.files(job))
        .containsExactly(
            "default/job.json",
            "default/log.txt",
            "default/result.json",
            "default/tests.jsonl",
            "verdict.json");
    assertThat(results.log(job))
        .isEqualTo(
            "[assay] this log of 500 bytes was removed by assay prune at 2027-03-03 01:02:03 UTC\n");
    assertThat(results.file(job.id(), "tests.jsonl")).isEmptyFile();
    assertThat(results.verdict(job).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(old.bytes()).isEqualTo(before - size(job) + results.log(job).length());
    assertThat(old(rule(Duration.ofDays(1), null))).as("nothing is left to remove").isEmpty();
    assertThat(results.temporaryFiles()).isEmpty();
  }

  @Test
  void redeliveredResultRestoresNothing() throws Exception {
    Job job = judge(0, MAIN, 0);
    pruning.remove(old(rule(Duration.ofDays(1), null)).get(0), NOW);
    List<String> files = results.files(job);
    String log = results.log(job);

    results.store.add(results.stored(job));

    assertThat(results.files(job)).isEqualTo(files);
    assertThat(results.log(job)).isEqualTo(log);
    assertThat(results.file(job.id(), "tests.jsonl")).isEmptyFile();
  }

  private long size(Job job) throws Exception {
    long bytes = 0;
    for (String name : results.files(job)) {
      bytes += Files.size(results.folders.commit(job.id()).resolve(name));
    }
    return bytes;
  }

  private static PruneRule rule(@Nullable Duration olderThan, @Nullable Integer keep) {
    return new PruneRule(olderThan, keep);
  }

  private List<OldRun> old(PruneRule rule) {
    return pruning.find(rule, List.of("bottle"), NOW);
  }

  /** The numbers of the commits that would be pruned. */
  private List<Integer> found(@Nullable Duration olderThan, @Nullable Integer keep) {
    CommitId zero = Given.commit(0);
    long base = Long.parseLong(zero.value().substring(25), 16);
    return old(rule(olderThan, keep)).stream()
        .map(each -> (int) (Long.parseLong(each.commit().value().substring(25), 16) - base))
        .toList();
  }

  private Job judge(int number, String ref, int day) throws Exception {
    Job plain = Given.job(number);
    Instant at = Given.START.plus(Duration.ofDays(day));
    Job job =
        new Job(
            plain.id(),
            new Revision(plain.repository(), plain.commit(), null, List.of(), ref),
            plain.task(),
            new Origin(at, "push", plain.change()));
    Result result = Given.result(job, "r" + number, Outcome.FAILED, LOG.length(), at);
    result = result.withFiles(result.log(), new FileSummary(Given.CASES.length(), false, null));
    results.store.add(job);
    results.store.add(Given.piece(job, "r" + number, 0, LOG));
    results.store.add(Given.casesPiece(job, "r" + number, 0, Given.CASES));
    results.store.add(result);
    assertThat(results.folders.job(job.id()).resolve(ResultsFolder.RESULT)).exists();
    return job;
  }
}
