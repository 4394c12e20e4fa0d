package ci.assay.observer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.history.RemoteNames;
import ci.assay.observer.poll.PollerRig;
import ci.assay.observer.settings.JobTerms;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeJobsTest {

  @TempDir Path folder;

  private TestRepository git;
  private MirrorStore mirrors;
  private List<CommitId> commits;

  @BeforeEach
  void makeRepository() {
    git = TestRepository.in(folder.resolve("bottle.git"));
    mirrors = new MirrorStore(folder.resolve("mirrors"));
    commits = git.commits(6);
  }

  @AfterEach
  void close() {
    mirrors.close();
    git.close();
  }

  @Test
  void anEmptyRangeMeansTheTip() throws Exception {
    assertThat(found("")).containsExactly(commits.get(5));
  }

  @Test
  void aSingleNameMeansThatCommitOnly() throws Exception {
    git.tag("v1", commits.get(2));

    assertThat(found("HEAD")).containsExactly(commits.get(5));
    assertThat(found("main~2")).containsExactly(commits.get(3));
    assertThat(found("v1")).containsExactly(commits.get(2));
    assertThat(found(commits.get(1).abbreviated())).containsExactly(commits.get(1));
  }

  @Test
  void aRangeIsOldestFirst() throws Exception {
    assertThat(found("HEAD~3..")).containsExactlyElementsOf(commits.subList(3, 6));
    assertThat(found("main~5..main~2")).containsExactlyElementsOf(commits.subList(1, 4));
    assertThat(found(commits.get(3) + "..HEAD")).containsExactlyElementsOf(commits.subList(4, 6));
  }

  @Test
  void aRangeIncludesMergedCommits() throws Exception {
    git.branch("topic", commits.get(3));
    CommitId topic = git.commitOn("refs/heads/topic", "topic", Map.of("t", "1"));
    CommitId merge = git.merge(TestRepository.MAIN, "refs/heads/topic", Map.of("t", "1"));

    assertThat(found(commits.get(5) + "..")).containsExactly(topic, merge);
  }

  @Test
  void theRefIsTheBranchThatHeadPointsAt() throws Exception {
    assertThat(jobs("HEAD~1").get(0).ref()).isEqualTo("refs/heads/main");
    assertThat(jobs("HEAD~1").get(0).trusted())
        .as("a repository on this machine is trusted")
        .isTrue();

    git.git("update-ref", "--no-deref", "HEAD", commits.get(2).value());
    assertThat(jobs("HEAD").get(0).ref()).isEqualTo("HEAD");
    assertThat(jobs("HEAD").get(0).commit()).isEqualTo(commits.get(2));
    assertThat(jobs("HEAD").get(0).change()).isNotNull();
    assertThat(jobs("HEAD").get(0).reason()).isEqualTo("run");
  }

  @ParameterizedTest
  @CsvSource({
    "nosuch..HEAD, names no commit there: 'nosuch' is unknown",
    "HEAD~99, names no commit there: 'HEAD~99' is unknown",
    "HEAD..HEAD~2, has no commits",
    "HEAD...HEAD~2, 'is not A..B, A.. or a single commit'",
    "HEAD^{tree}, is not understood: 'HEAD^{tree}' is not a commit",
    "'not a name', names no commit there: 'not a name' is unknown",
  })
  void aRangeThatMeansNothingIsNamed(String range, String why) {
    assertThatThrownBy(() -> jobs(range))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("commits '%s' of repository %s: the range %s", range, git.path(), why);
  }

  @Test
  void aMissingRepositoryIsNamed() {
    JobTerms terms = JobTerms.of(new Repository("x", folder.resolve("nowhere").toString()));

    assertThatThrownBy(() -> newRangeJobs().jobs(terms, "HEAD"))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("is not there: there is no such folder");
  }

  @Test
  void namesAreResolvedInTheRemoteRepository() {
    Map<String, ObjectId> refs =
        Map.of(
            "HEAD",
            id(5),
            "refs/heads/main",
            id(5),
            "refs/heads/old",
            id(1),
            "refs/tags/v1",
            id(2));
    RemoteNames names = new RemoteNames(refs);

    assertThat(names.toId("main~3")).isEqualTo(commits.get(5) + "~3");
    assertThat(names.toId("v1^{commit}")).isEqualTo(commits.get(2) + "^{commit}");
    assertThat(names.toId("abcdef1")).isEqualTo("abcdef1");
    assertThat(names.headBranch()).isEqualTo("refs/heads/main");
    assertThat(names.tipsFor("old..")).containsExactlyInAnyOrder(id(1), id(5));
    assertThat(names.tipsFor("abcdef1..old")).containsExactlyInAnyOrder(id(1), id(2), id(5));
  }

  @Test
  void aRangeOfARemoteRepositoryIsFoundThroughTheMirror() throws Exception {
    git.tag("v1", commits.get(1));
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      JobTerms terms = JobTerms.of(new Repository("bottle", server.url("bottle.git")));

      List<Job> jobs = newRangeJobs().jobs(terms, "v1..main~1");

      assertThat(jobs).extracting(Job::commit).isEqualTo(commits.subList(2, 5));
      assertThat(jobs).extracting(Job::ref).containsOnly("refs/heads/main");
      assertThat(newRangeJobs().jobs(terms, commits.get(0).abbreviated()))
          .extracting(Job::commit)
          .containsExactly(commits.get(0));
      assertThatThrownBy(() -> newRangeJobs().jobs(terms, "nosuch.."))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("names no commit there: 'nosuch' is unknown");
    }
  }

  private List<CommitId> found(String range) throws GitException {
    return jobs(range).stream().map(Job::commit).toList();
  }

  private List<Job> jobs(String range) throws GitException {
    return newRangeJobs().jobs(JobTerms.of(git.asRepository("bottle")), range);
  }

  private RangeJobs newRangeJobs() {
    return new RangeJobs(mirrors, Clock.fixed(PollerRig.NOW, ZoneOffset.UTC));
  }

  private ObjectId id(int number) {
    return ObjectId.fromString(commits.get(number).value());
  }
}
