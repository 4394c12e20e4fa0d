package ci.assay.observer.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedJobsTest {

  @TempDir Path folder;
  private TestRepository repository;
  private MirrorStore mirrors;
  private CommitId old;
  private CommitId first;
  private CommitId second;
  private CommitId third;

  @BeforeEach
  void fourCommits() {
    repository = TestRepository.in(folder.resolve("bottle"));
    mirrors = new MirrorStore(folder.resolve("mirrors"));
    old = commit("old");
    first = commit("first");
    second = commit("second");
    third = commit("third");
  }

  @AfterEach
  void close() {
    mirrors.close();
    repository.close();
  }

  private CommitId commit(String message) {
    return repository.commit(message, Map.of("file", message));
  }

  @Test
  void commitsOlderThanAllKnownOnesAreNotExpected() throws Exception {
    assertThat(expected(CommitSelection.EVERY, 1, first)).containsExactly(first, second, third);
    assertThat(expected(CommitSelection.EVERY, 1, first, third))
        .containsExactly(first, second, third)
        .doesNotContain(old);
  }

  @Test
  void newestCommitsOfEachRefAreExpectedWhenNothingIsKnown() throws Exception {
    assertThat(expected(CommitSelection.EVERY, 1)).containsExactly(third);
    assertThat(expected(CommitSelection.EVERY, 3)).containsExactly(first, second, third);
  }

  @Test
  void backlogReachesBackBeforeTheKnownCommits() throws Exception {
    assertThat(expected(CommitSelection.EVERY, 4, second))
        .containsExactlyInAnyOrder(old, first, second, third);
  }

  @Test
  void onlyTipsAreExpectedWhenOnlyTheLatestGetJobs() throws Exception {
    assertThat(expected(CommitSelection.LATEST, 1, first)).containsExactly(third);
  }

  @Test
  void olderBranchIsExpectedFromItsForkPoint() throws Exception {
    repository.branch("side", old);
    CommitId side = repository.commitOn("refs/heads/side", "aside", Map.of("file", "aside"));
    assertThat(expected(CommitSelection.EVERY, 1, second))
        .containsExactlyInAnyOrder(second, third, side);
  }

  @Test
  void jobsAreLikeTheObserversExceptForTheReason() throws Exception {
    Job job = jobs(CommitSelection.EVERY, 1, Set.of(third)).get(0);
    assertThat(job.reason()).isEqualTo("audit");
    assertThat(job.ref()).isEqualTo("refs/heads/main");
    assertThat(job.parents()).containsExactly(second);
    assertThat(job.test()).isEqualTo("make check");
  }

  private List<CommitId> expected(CommitSelection selection, int backlog, CommitId... known)
      throws Exception {
    return jobs(selection, backlog, Set.of(known)).stream().map(Job::commit).toList();
  }

  private List<Job> jobs(CommitSelection selection, int backlog, Set<CommitId> known)
      throws Exception {
    WatchedRepository watched =
        new WatchedRepository(
            new JobTerms(
                new Repository("bottle", repository.path().toString()),
                "make check",
                Job.DEFAULT_TIMEOUT,
                "default"),
            List.of(),
            selection,
            backlog,
            WatchedRepository.DEFAULT_INTERVAL);
    return new ExpectedJobs(mirrors, Clock.systemUTC()).jobs(watched, known);
  }
}
