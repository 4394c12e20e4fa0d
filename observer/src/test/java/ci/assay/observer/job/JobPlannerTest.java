package ci.assay.observer.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.git.LocalRepository;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Ruling;
import ci.assay.model.Variant;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobPlannerTest {

  private static final String FILE = ".assay.yml";

  @TempDir Path folder;
  private TestRepository git;
  private Repository objects;

  @BeforeEach
  void open() throws Exception {
    git = TestRepository.in(folder.resolve("bottle.git"));
    objects = LocalRepository.open(git.path());
  }

  @AfterEach
  void close() {
    objects.close();
    git.close();
  }

  @Test
  void eachCellIsAJobWithItsVariablesAndTheNumberOfCells() {
    CommitId commit =
        git.commit(
            "matrix",
            Map.of(
                FILE,
                "variants: {java: [17, 21], db: [a, b, c], may-fail: [{java: 21, db: c}]}\n"));
    List<Job> jobs = jobs(commit);
    assertThat(jobs)
        .extracting(job -> job.id().toString())
        .containsExactly(
            "bottle/" + commit + "/17-a",
            "bottle/" + commit + "/17-b",
            "bottle/" + commit + "/17-c",
            "bottle/" + commit + "/21-a",
            "bottle/" + commit + "/21-b",
            "bottle/" + commit + "/21-c");
    assertThat(jobs).extracting(Job::variants).containsOnly(6);
    assertThat(jobs.get(5).variant())
        .isEqualTo(
            new Variant("21-c", Map.of("ASSAY_VARIANT_JAVA", "21", "ASSAY_VARIANT_DB", "c"), true));
    assertThat(planner().idsOf(planned(commit))).isEqualTo(jobs.stream().map(Job::id).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "test: make\n",
        "variants: {java: []}\n",
        "variants: [\n",
        "vriants: {a: [1]}"
      })
  void aFileWithoutAMatrixOrThatIsWrongIsOneJobWhoseWorkerReadsIt(String yaml) {
    List<Job> jobs = jobs(git.commit("one", Map.of(FILE, yaml)));
    assertThat(jobs).hasSize(1);
    assertThat(jobs.get(0).variant()).isEqualTo(Variant.DEFAULT);
    assertThat(jobs.get(0).ruling()).isNull();
  }

  @Test
  void theOtherFileNameIsReadAndBothTogetherAreLeftToTheWorker() {
    assertThat(jobs(git.commit("a", Map.of(".assay.yaml", "variants: {a: [1, 2]}")))).hasSize(2);
    CommitId both =
        git.commit("b", Map.of(".assay.yaml", "variants: {a: [1, 2]}", FILE, "test: make"));
    assertThat(jobs(both)).hasSize(1);
  }

  @Test
  void eachCellMayNameAPoolAndOnlyAllowedOnesAreUsed() {
    CommitId commit =
        git.commit("p", Map.of(FILE, "{variants: {os: [linux, mac]}, pool: 'ci-{os}'}"));
    JobTerms terms =
        new JobTerms(
            git.asRepository("bottle"), null, Duration.ofMinutes(1), "own", List.of("ci-linux"));
    List<Job> jobs = new JobPlanner(terms, objects).jobsOf(planned(commit));
    assertThat(jobs).extracting(Job::pool).containsExactly("ci-linux", "own");
    assertThat(jobs.get(0).ruling()).isNull();
    assertThat(ruling(jobs.get(1)).outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(ruling(jobs.get(1)).reason()).contains("pool 'ci-mac'").contains("--pools");
    assertThat(new JobPlanner(terms.inOnePlace(), objects).jobsOf(planned(commit)))
        .allSatisfy(job -> assertThat(job.pool()).isEqualTo("own"))
        .allSatisfy(job -> assertThat(job.ruling()).isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Say it [skip ci] | true",
        "[CI Skip] say it | true",
        "skip ci | false",
      })
  void aSubjectMaySayThatNothingIsToBeRun(String subject, boolean isSkipped) {
    CommitId parent = git.commit("before", Map.of("a", "1"));
    Job job = jobs(git.commit(subject + "\n\nbody", Map.of("a", "2"))).get(0);
    assertThat(job.ruling() != null).isEqualTo(isSkipped);
    if (isSkipped) {
      assertThat(ruling(job).outcome()).isEqualTo(Outcome.SKIPPED);
      assertThat(ruling(job).reason()).contains("it stands as its parent " + parent);
    }
  }

  @Test
  void skipMarkerInTheBodyIsIgnored() {
    git.commit("before", Map.of("a", "1"));
    assertThat(jobs(git.commit("subject\n\n[skip ci]", Map.of("a", "2"))).get(0).ruling()).isNull();
  }

  @Test
  void aCommitThatTouchesNoneOfItsPathsIsSkippedInEachCell() {
    String yaml = "paths: [src, '!src/docs', .assay.yml]\nvariants: {a: [1, 2]}\n";
    CommitId first = git.commit("first", Map.of(FILE, yaml, "README", "1"));
    assertThat(jobs(first)).extracting(Job::ruling).containsOnlyNulls();
    CommitId docs = git.commit("docs", Map.of("README", "2", "src/docs/a", "1"));
    assertThat(jobs(docs))
        .hasSize(2)
        .allSatisfy(job -> assertThat(ruling(job).outcome()).isEqualTo(Outcome.SKIPPED));
    CommitId code = git.commit("code", Map.of("README", "3", "src/a", "1"));
    assertThat(jobs(code)).extracting(Job::ruling).containsOnlyNulls();
  }

  @Test
  void aMergeIsComparedWithItsFirstParent() {
    CommitId first = git.commit("first", Map.of(FILE, "paths: [src]\n", "README", "1"));
    git.branch("topic", first);
    git.commitOn("refs/heads/topic", "topic", Map.of("src/a", "1"));
    git.commit("docs", Map.of("README", "2"));
    CommitId merge = git.merge(TestRepository.MAIN, "refs/heads/topic", Map.of("src/a", "1"));
    assertThat(jobs(merge).get(0).ruling()).isNull();
  }

  private static Ruling ruling(Job job) {
    return Objects.requireNonNull(job.ruling());
  }

  private JobPlanner planner() {
    return new JobPlanner(JobTerms.of(git.asRepository("bottle")), objects);
  }

  private List<Job> jobs(CommitId commit) {
    return planner().jobsOf(planned(commit));
  }

  private static PlannedCommit planned(CommitId commit) {
    return new PlannedCommit(commit, TestRepository.MAIN, "push", Instant.EPOCH);
  }
}
