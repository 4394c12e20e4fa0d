package ci.assay.observer.poll;

import static ci.assay.testing.TestRepository.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // each test creates the poller
class RefPollerTest {

  private static final String TOPIC = "refs/heads/topic";

  @TempDir Path folder;

  private TestRepository git;
  private PollerRig rig;

  @BeforeEach
  void makeRepository() {
    git = TestRepository.in(folder.resolve("bottle.git"));
  }

  @AfterEach
  void close() {
    rig.close();
    git.close();
  }

  @Test
  void atTheFirstPollTheTipOfEachRefGetsAJob() throws Exception {
    List<CommitId> commits = git.commits(5);
    git.branch("old", commits.get(1));
    watch(CommitSelection.EVERY, 0);

    assertThat(rig.poll()).containsExactly(commits.get(4), commits.get(1));
    assertThat(rig.planned).allMatch(each -> each.reason().equals("backlog"));
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void atTheFirstPollABacklogGetsJobsOldestFirst() throws Exception {
    List<CommitId> commits = git.commits(5);
    watch(CommitSelection.EVERY, 3);

    assertThat(rig.poll()).containsExactlyElementsOf(commits.subList(2, 5));
  }

  @Test
  void aBacklogLongerThanTheHistoryIsTheHistory() throws Exception {
    List<CommitId> commits = git.commits(2);
    watch(CommitSelection.EVERY, 30);

    assertThat(rig.poll()).containsExactlyElementsOf(commits);
  }

  @Test
  void eachPushedCommitGetsAJobOldestFirst() throws Exception {
    git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.poll();

    List<CommitId> pushed = git.commits(3);

    assertThat(rig.poll()).containsExactlyElementsOf(pushed);
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void aJobHasItsCommitsRefTreeAndParents() throws Exception {
    CommitId parent = git.commit("one", Map.of("a", "1"));
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    CommitId commit = git.commit("two\n\nand why", Map.of("a", "2"));
    rig.poll();

    var job = rig.jobOf(rig.planned.get(1));

    assertThat(job.id()).hasToString("bottle/" + commit + "/default");
    assertThat(job.parents()).containsExactly(parent);
    assertThat(job.tree()).hasToString(git.git("rev-parse", "main^{tree}"));
    assertThat(job.ref()).isEqualTo(MAIN);
    assertThat(job.reason()).isEqualTo("push");
    assertThat(rig.jobOf(rig.planned.get(0)).queuedAt()).isEqualTo(PollerRig.NOW);
    assertThat(job.queuedAt()).as("after its parent").isEqualTo(PollerRig.NOW.plusMillis(1));
    assertThat(job.test()).isEqualTo("make test");
    assertThat(job.repository().url()).isEqualTo(git.path().toString());
    assertThat(job.change())
        .isEqualTo(new Change("Tester", Instant.parse("2026-01-01T00:00:01Z"), "two"));
  }

  @Test
  void withLatestOnlyTheTipsGetJobs() throws Exception {
    git.commits(2);
    watch(CommitSelection.LATEST, 0);
    rig.poll();
    List<CommitId> pushed = git.commits(3);

    assertThat(rig.poll()).containsExactly(pushed.get(2));

    git.branch("deploy", pushed.get(1));
    assertThat(rig.poll()).containsExactly(pushed.get(1));
    git.branch("deploy", pushed.get(2));
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void anEmptyRepositoryIsWatchedAndItsFirstPushIsAllNew() throws Exception {
    watch(CommitSelection.EVERY, 0);
    assertThat(rig.poll()).isEmpty();

    List<CommitId> pushed = git.commits(3);

    assertThat(rig.poll()).containsExactlyElementsOf(pushed);
  }

  @Test
  void aForcedPushBringsTheNewCommits() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    CommitId first = git.commit("first try", Map.of("a", "1"));
    assertThat(rig.poll()).containsExactly(first);

    CommitId second = git.commitObject(List.of(root), "second try", Map.of("a", "2"));
    git.move(MAIN, second);
    assertThat(rig.poll()).containsExactly(second);

    git.move(MAIN, first);
    assertThat(rig.poll()).isEmpty();
    CommitId onTop = git.commit("on the first try", Map.of("a", "3"));
    assertThat(rig.poll()).containsExactly(onTop);
  }

  @Test
  void aBranchMovedBackBringsItsTipWhereThatWasNotTestedYet() throws Exception {
    List<CommitId> commits = git.commits(4);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    List<CommitId> later = git.commits(2);
    rig.poll();

    git.move(MAIN, later.get(0));
    assertThat(rig.poll()).isEmpty();
    git.move(MAIN, commits.get(1));
    assertThat(rig.poll()).containsExactly(commits.get(1));
    git.move(MAIN, later.get(1));
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void refsAreReportedAtEachPollEvenWhenNothingIsNew() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    git.branch("topic", root);
    rig.poll();
    assertThat(rig.observed).isEqualTo(Map.of(MAIN, root.value(), TOPIC, root.value()));
    git.delete(TOPIC);
    rig.poll();
    assertThat(rig.observed).isEqualTo(Map.of(MAIN, root.value()));
  }

  @Test
  void atItsStartATipThatAnOlderObserverLeftUntestedGetsAJob() throws Exception {
    List<CommitId> commits = git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    rig.cursor()
        .moved(
            PollerRig.NOW,
            Map.of(TOPIC, ObjectId.fromString(commits.get(0).value())),
            Set.of(),
            Set.of());
    git.branch("topic", commits.get(0));
    assertThat(rig.poll()).as("it has polled that before").isEmpty();

    rig.restart();

    assertThat(rig.poll()).containsExactly(commits.get(0));
  }

  @Test
  void atItsStartSuchATipGetsAJobAlsoWhenAnotherRefMoved() throws Exception {
    List<CommitId> commits = git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    ObjectId first = ObjectId.fromString(commits.get(0).value());
    rig.cursor().moved(PollerRig.NOW, Map.of(TOPIC, first), Set.of(), Set.of());
    git.branch("topic", commits.get(0));
    rig.restart();
    CommitId third = git.commit("three", Map.of("a", "3"));
    assertThat(rig.poll()).containsExactly(third, commits.get(0));
  }

  @Test
  void aNewBranchBringsOnlyItsOwnCommits() throws Exception {
    List<CommitId> commits = git.commits(4);
    watch(CommitSelection.EVERY, 0);
    rig.poll();

    git.branch("topic", commits.get(1));
    assertThat(rig.poll()).as("its tip, which was not tested yet").containsExactly(commits.get(1));
    git.branch("other", commits.get(3));
    assertThat(rig.poll()).isEmpty();
    CommitId own = git.commitOn(TOPIC, "own", Map.of("t", "1"));
    assertThat(rig.poll()).containsExactly(own);
    assertThat(rig.planned.get(2).ref()).isEqualTo(TOPIC);
  }

  @Test
  void aBranchOfAnotherRootBringsAllOfIt() throws Exception {
    git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.poll();

    CommitId first = git.commitOn("refs/heads/pages", "one", Map.of("p", "1"));
    CommitId second = git.commitOn("refs/heads/pages", "two", Map.of("p", "2"));

    assertThat(rig.poll()).containsExactly(first, second);
  }

  @Test
  void aDeletedBranchThatComesBackBringsNothing() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    git.branch("topic", root);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    CommitId topic = git.commitOn(TOPIC, "topic", Map.of("t", "1"));
    rig.poll();

    git.delete(TOPIC);
    assertThat(rig.poll()).isEmpty();
    assertThat(rig.cursor().seen()).containsOnlyKeys(MAIN);
    git.branch("topic", topic);
    assertThat(rig.poll()).isEmpty();
    assertThat(rig.planned).hasSize(2);
  }

  @Test
  void aMergeBringsItselfAndWhatItMerged() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    watch(CommitSelection.EVERY, 0, MAIN);
    rig.poll();
    git.branch("topic", root);
    CommitId topic = git.commitOn(TOPIC, "topic", Map.of("t", "1"));
    CommitId main = git.commit("main", Map.of("a", "1"));
    assertThat(rig.poll()).containsExactly(main);

    CommitId merge = git.merge(MAIN, TOPIC, Map.of("t", "1"));

    assertThat(rig.poll()).containsExactly(topic, merge);
  }

  @Test
  void aMergeOfWatchedBranchesBringsOnlyItself() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    git.branch("topic", root);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    git.commitOn(TOPIC, "topic", Map.of("t", "1"));
    git.commit("main", Map.of("a", "1"));
    assertThat(rig.poll()).hasSize(2);

    CommitId merge = git.merge(MAIN, TOPIC, Map.of("t", "1"));

    assertThat(rig.poll()).containsExactly(merge);
  }

  @Test
  void aTagStandsForItsCommitWhereTagsAreWatched() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    watch(CommitSelection.EVERY, 0, "refs/tags/*");
    assertThat(rig.poll()).isEmpty();

    git.tag("v1", first);
    git.move("refs/tags/light", first);
    assertThat(rig.poll()).containsExactly(first);
    assertThat(rig.planned.get(0).ref()).isEqualTo("refs/tags/light");

    CommitId second = git.commit("two", Map.of("a", "2"));
    git.tag("v2", second);
    assertThat(rig.poll()).containsExactly(second);
  }

  @Test
  void aTagOfNoCommitBringsNothing() throws Exception {
    git.commit("one", Map.of("a", "1"));
    watch(CommitSelection.EVERY, 0, "refs/tags/*", "refs/heads/*");
    rig.poll();

    git.move("refs/tags/blob", new CommitId(git.git("rev-parse", "main:a")));
    git.move("refs/tags/tree", new CommitId(git.git("rev-parse", "main^{tree}")));

    assertThat(rig.poll()).isEmpty();
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void twoBranchesMovedAtOnceBringEachCommitOnce() throws Exception {
    git.commits(1);
    watch(CommitSelection.EVERY, 0);
    rig.poll();

    List<CommitId> pushed = git.commits(3);
    git.branch("also", pushed.get(1));

    assertThat(rig.poll()).containsExactlyElementsOf(pushed);
    assertThat(rig.planned.get(1).ref()).as("the default branch first").isEqualTo(MAIN);
    assertThat(rig.planned.get(3).ref()).isEqualTo(MAIN);
  }

  @Test
  void aRepositoryThatVanishesAndReturnsGoesOnWhereItWas() throws Exception {
    git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    Path away = folder.resolve("away.git");
    Files.move(git.path(), away);

    assertThatThrownBy(rig::poll)
        .isInstanceOf(GitException.class)
        .hasMessageContaining("is not there");

    Files.move(away, git.path());
    List<CommitId> pushed = git.commits(2);
    assertThat(rig.poll()).containsExactlyElementsOf(pushed);
  }

  @Test
  void aRepositoryBehindHttpIsWatchedAlike() throws Exception {
    List<CommitId> commits = git.commits(3);
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      rig =
          new PollerRig(
              folder.resolve("state"),
              PollerRig.watching(
                  new Repository("bottle", server.url("bottle.git")), CommitSelection.EVERY, 0));
      assertThat(rig.poll()).containsExactly(commits.get(2));
      assertThat(trusted()).as("the default branch is known over HTTP, too").containsExactly(MAIN);

      List<CommitId> pushed = git.commits(3);
      git.tag("v1", pushed.get(1));
      assertThat(rig.poll()).containsExactlyElementsOf(pushed);
      assertThat(rig.poll()).isEmpty();
    }
  }

  private List<String> trusted() {
    return rig.planned.stream().filter(PlannedCommit::trusted).map(PlannedCommit::ref).toList();
  }

  @Test
  void onlyTheDefaultBranchIsTrustedByDefault() throws Exception {
    List<CommitId> commits = git.commits(3);
    git.move("refs/pull/1/head", commits.get(1));
    git.branch("a-branch", commits.get(0));
    watch(CommitSelection.EVERY, 0, "refs/heads/*", "refs/pull/*");
    rig.poll();
    assertThat(trusted()).containsExactly(MAIN);
    assertThat(rig.jobOf(rig.planned.get(0)).trusted()).isTrue();
    assertThat(rig.jobOf(rig.planned.get(1)).trusted()).isFalse();

    rig.restart();
    assertThat(rig.cursor().pending()).filteredOn(PlannedCommit::trusted).hasSize(1);

    rig.planned.clear();
    CommitId both = git.commit("both", Map.of("a", "b"));
    git.move("refs/heads/a-branch", both);
    rig.poll();
    assertThat(trusted()).as("a commit that is also on main is seen on main").containsExactly(MAIN);

    git.git("symbolic-ref", "HEAD", "refs/heads/a-branch");
    git.commitOn("refs/heads/a-branch", "on the new default branch", Map.of("a", "c"));
    rig.planned.clear();
    rig.poll();
    assertThat(trusted()).containsExactly("refs/heads/a-branch");
  }

  @Test
  void pullRequestsAreNeverTrusted() throws Exception {
    WatchedRepository all =
        new WatchedRepository(
            JobTerms.of(git.asRepository("bottle")),
            List.of(),
            CommitSelection.EVERY,
            0,
            Duration.ofSeconds(5),
            List.of("refs/*", "release/*"));
    assertThat(all.trusts("refs/heads/release/1", null)).isTrue();
    assertThat(all.trusts("refs/pull/1/head", null)).isFalse();
    assertThat(all.trusts("refs/merge-requests/1/head", "refs/merge-requests/1/head")).isFalse();
    watch(CommitSelection.EVERY, 0);
  }

  @Test
  @Tag("long")
  void fiveThousandCommitsPushedAtOnceAreAllStoredAndFoundAgain() throws Exception {
    git.commits(1);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    List<CommitId> pushed = git.commits(5_000);

    assertThat(rig.poll()).containsExactlyElementsOf(pushed);

    rig.restart();
    assertThat(rig.cursor().pending()).extracting(PlannedCommit::commit).containsAll(pushed);
    assertThat(rig.poll()).isEmpty();
  }

  @Test
  void afterARestartOnlyWhatIsNewIsNew() throws Exception {
    git.commits(2);
    watch(CommitSelection.EVERY, 0);
    rig.cursor().sent(rig.poll());
    List<CommitId> meanwhile = git.commits(2);
    rig.restart();

    assertThat(rig.cursor().pending()).isEmpty();
    assertThat(rig.poll()).containsExactlyElementsOf(meanwhile);
    rig.restart();
    assertThat(rig.cursor().pending()).extracting(PlannedCommit::commit).isEqualTo(meanwhile);
  }

  @Test
  void aLostMirrorIsFetchedAgain() throws Exception {
    git.commits(3);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    delete(rig.mirror().folder());
    rig.restart();

    List<CommitId> pushed = git.commits(2);

    assertThat(rig.poll()).containsExactlyElementsOf(pushed);
  }

  @Test
  void withTheMirrorLostAndHistoryForcedAwayOnlyTheTipIsTaken() throws Exception {
    List<CommitId> commits = git.commits(6);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    delete(rig.mirror().folder());
    rig.restart();

    git.move(MAIN, commits.get(3));
    git.git("reflog", "expire", "--expire=now", "--all");
    git.git("gc", "--prune=now", "--quiet");
    CommitId other = git.commit("other", Map.of("a", "2"));

    assertThat(rig.poll()).containsExactly(other);
  }

  @Test
  void withADamagedStateTheNextPollIsTheFirstButNothingIsPublishedTwice() throws Exception {
    git.commits(3);
    watch(CommitSelection.EVERY, 0);
    rig.poll();
    List<CommitId> pushed = git.commits(3);
    rig.poll();
    rig.cursor().sent(pushed);
    Path journal = folder.resolve("state/cursors/bottle.journal");
    List<String> lines = new ArrayList<>(Files.readAllLines(journal));
    lines.set(1, "x" + lines.get(1));
    Files.write(journal, lines);
    rig.restart();

    assertThat(rig.cursor().isNew()).isTrue();
    assertThat(rig.poll()).isEmpty();
    List<CommitId> later = git.commits(2);
    assertThat(rig.poll()).containsExactlyElementsOf(later);
    try (Stream<Path> files = Files.list(journal.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("bottle.journal.damaged-" + PollerRig.NOW.toEpochMilli());
    }
  }

  private void watch(CommitSelection commits, int backlog, String... refs) {
    rig =
        new PollerRig(
            folder.resolve("state"),
            PollerRig.watching(git.asRepository("bottle"), commits, backlog, refs));
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
