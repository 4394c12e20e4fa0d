package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror that borrows the objects of a repository on this machine. */
class BorrowingTest {

  @TempDir Path folder;

  private TestRepository git;
  private MirrorStore store;
  private Mirror mirror;

  @BeforeEach
  void openMirrorOfARepository() {
    git = TestRepository.in(folder.resolve("bottle.git"));
    store = MirrorStore.borrowing(folder.resolve("mirrors"), FetchLimits.DEFAULT);
    mirror = store.mirrorOf(git.asRepository("bottle"));
  }

  @AfterEach
  void close() {
    store.close();
    git.close();
  }

  @Test
  void nothingIsCopiedAndNothingIsWrittenToTheSource() throws Exception {
    List<CommitId> commits = git.commits(20);
    git.tag("v1", commits.get(3));
    Map<String, String> before = listing(git.path());

    mirror.ensure(commits.get(5), TestRepository.MAIN);
    mirror.ensure(commits.get(19), TestRepository.MAIN);

    assertThat(objectsIn(mirror.folder())).isEmpty();
    assertThat(nativeGit("fsck", "--connectivity-only")).doesNotContain("missing");
    assertThat(nativeGit("rev-list", "--count", commits.get(19).value())).isEqualTo("20");
    assertThat(nativeGit("tag", "-l")).isEqualTo("v1");
    assertThat(listing(git.path())).isEqualTo(before);
    assertThat(ObjectFolders.of(mirror.repository()))
        .containsExactly(mirror.folder().resolve("objects"), git.path().resolve("objects"));
  }

  @Test
  void tagsAreFetchedAlthoughTheCommitIsThereAlready() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    git.tag("v1", commit);
    mirror.ensure(commit, TestRepository.MAIN);
    git.delete("refs/tags/v1");
    git.tag("v1/a", commit);

    mirror.ensure(commit, TestRepository.MAIN);

    assertThat(nativeGit("tag", "-l")).isEqualTo("v1/a");
  }

  @Test
  void aRepackedRepositoryCanStillBeRead() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    mirror.ensure(first, TestRepository.MAIN);
    read(first);
    for (int i = 0; i < 5; i++) {
      CommitId next = git.commit("number " + i, Map.of("a", "" + i));
      git.git("repack", "-a", "-d", "-q");
      git.git("prune-packed");
      mirror.ensure(next, TestRepository.MAIN);
      read(next);
      read(first);
    }
    assertThat(objectsIn(mirror.folder())).isEmpty();
  }

  @Test
  void aCommitPrunedInTheSourceIsReportedAsGone() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    CommitId lost = git.commit("lost", Map.of("a", "1"));
    mirror.ensure(lost, TestRepository.MAIN);
    read(lost);
    git.move(TestRepository.MAIN, root);
    git.git("reflog", "expire", "--expire=now", "--all");
    git.git("gc", "--prune=now", "--quiet");

    assertThatThrownBy(
            () -> mirror.recover(lost, TestRepository.MAIN, ObjectId.fromString(lost.value())))
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.kind()).isEqualTo(Kind.COMMIT_GONE));
    CommitId next = git.commit("next", Map.of("a", "2"));
    mirror.ensure(next, TestRepository.MAIN);
    read(next);
    assertThat(nativeGit("fsck", "--connectivity-only")).doesNotContain("missing");
  }

  @Test
  void anObjectMissingInTheSourceIsNamed() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    String blob = git.git("rev-parse", commit + ":a");
    mirror.ensure(commit, TestRepository.MAIN);
    Files.delete(git.path().resolve("objects/" + blob.substring(0, 2) + "/" + blob.substring(2)));

    assertThatThrownBy(() -> mirror.recover(commit, TestRepository.MAIN, ObjectId.fromString(blob)))
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED))
        .hasMessageContaining("but not its object " + blob);
  }

  @Test
  void aRepositoryThatIsMovedAwayIsGoneUntilItIsBack() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    mirror.ensure(commit, TestRepository.MAIN);
    read(commit);
    Files.move(git.path(), folder.resolve("away.git"));

    assertThatThrownBy(() -> mirror.ensure(commit, TestRepository.MAIN))
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REPOSITORY_GONE));
    assertThat(mirror.has(commit)).isFalse();

    Files.move(folder.resolve("away.git"), git.path());
    mirror.ensure(commit, TestRepository.MAIN);
    read(commit);
    assertThat(objectsIn(mirror.folder())).isEmpty();
  }

  @Test
  void aRepositoryCreatedAgainAtItsPathIsAnotherOne() throws Exception {
    CommitId old = git.commit("old", Map.of("a", "1"));
    mirror.ensure(old, TestRepository.MAIN);
    read(old);
    Files.move(git.path(), folder.resolve("away.git"));
    try (TestRepository anew = TestRepository.in(git.path().resolve(".git"))) {
      CommitId other = anew.commit("other", Map.of("b", "2"));

      mirror.ensure(other, TestRepository.MAIN);

      read(other);
      assertThatThrownBy(() -> mirror.ensure(old, TestRepository.MAIN))
          .isInstanceOfSatisfying(
              GitException.class, e -> assertThat(e.kind()).isEqualTo(Kind.COMMIT_GONE));
    }
  }

  @Test
  void objectsCopiedBeforeStayWhenTheRepositoryIsRemoved() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    try (MirrorStore copying = new MirrorStore(folder.resolve("mirrors"))) {
      copying.mirrorOf(git.asRepository("bottle")).ensure(commit, TestRepository.MAIN);
    }
    mirror.ensure(commit, TestRepository.MAIN);
    Files.move(git.path(), folder.resolve("away.git"));

    mirror.ensure(commit, TestRepository.MAIN);

    read(commit);
  }

  @Test
  void objectsAreCopiedWhenAlternatesCannotNameTheFolder() throws Exception {
    try (TestRepository odd = TestRepository.in(folder.resolve("odd\nname.git"))) {
      CommitId commit = odd.commit("one", Map.of("a", "1"));
      Mirror ofOdd = store.mirrorOf(odd.asRepository("odd"));

      ofOdd.ensure(commit, TestRepository.MAIN);

      assertThat(objectsIn(ofOdd.folder())).isNotEmpty();
      assertThat(ofOdd.has(commit)).isTrue();
    }
  }

  @Test
  void aBorrowingCloneAndAWorktreeCanBeRead() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    git.branch("topic", commit);
    Path shared = folder.resolve("shared");
    git.git("clone", "-q", "--shared", git.path().toString(), shared.toString());
    Path worktree = folder.resolve("tree");
    git.git("worktree", "add", "-q", worktree.toString(), "topic");
    for (Path each : List.of(shared, worktree)) {
      Mirror borrowing = store.mirrorOf(new Repository("other", each.toString()));
      borrowing.ensure(commit, TestRepository.MAIN);
      try (RevWalk walk = new RevWalk(borrowing.repository())) {
        assertThat(walk.parseCommit(ObjectId.fromString(commit.value()))).isNotNull();
      }
      assertThat(objectsIn(borrowing.folder())).isEmpty();
    }
  }

  private void read(CommitId commit) throws IOException {
    try (RevWalk walk = new RevWalk(mirror.repository())) {
      ObjectId tree = walk.parseCommit(ObjectId.fromString(commit.value())).getTree();
      assertThat(mirror.repository().open(tree).getBytes()).isNotNull();
    }
    assertThat(nativeGit("ls-tree", "-r", commit.value())).contains("blob");
  }

  private static List<Path> objectsIn(Path mirror) throws IOException {
    try (Stream<Path> all = Files.walk(mirror.resolve("objects"))) {
      return all.filter(Files::isRegularFile)
          .filter(each -> !each.endsWith("info/alternates"))
          .toList();
    }
  }

  private static Map<String, String> listing(Path folder) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path each : paths.toList()) {
        all.put(
            each.toString(),
            Files.readAttributes(
                    each, "unix:ino,size,mode,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS)
                .toString());
      }
    }
    return all;
  }

  private String nativeGit(String... arguments) {
    return git.git(
        Stream.concat(Stream.of("--git-dir", mirror.folder().toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
