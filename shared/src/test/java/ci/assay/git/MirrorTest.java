package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {

  private static final CommitId NOWHERE = new CommitId("0123456789".repeat(4));

  @TempDir Path folder;

  private TestRepository git;
  private MirrorStore store;
  private Mirror mirror;

  @BeforeEach
  void openMirrorOfARepository() {
    git = TestRepository.in(folder.resolve("bottle.git"));
    store = new MirrorStore(folder.resolve("mirrors"));
    mirror = store.mirrorOf(git.asRepository("bottle"));
  }

  @AfterEach
  void close() {
    store.close();
    git.close();
  }

  @Test
  void returnsTheSelectedRefsAndWhatTheyPointAt() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    git.branch("release/1.0", first);
    git.branch("topic", first);
    git.tag("v1", first);

    assertThat(mirror.remoteRefs(List.of("refs/heads/main", "release/*")))
        .containsExactly(
            Map.entry("refs/heads/main", id(first)),
            Map.entry("refs/heads/release/1.0", id(first)));
    assertThat(mirror.remoteRefs(List.of("refs/heads/*"))).hasSize(3);
    assertThat(mirror.remoteRefs(List.of("refs/tags/*")).get("refs/tags/v1"))
        .isEqualTo(ObjectId.fromString(git.git("rev-parse", "v1")))
        .isNotEqualTo(id(first));
  }

  @Test
  void anEmptyRepositoryHasNoRefs() throws Exception {
    assertThat(mirror.remoteRefs(List.of("*"))).isEmpty();
  }

  @Test
  void fetchesTheTipOfTheRefAndAllBeforeIt() throws Exception {
    List<CommitId> commits = git.commits(20);

    mirror.ensure(commits.get(3), TestRepository.MAIN);

    assertThat(commits).allMatch(this::has);
    assertThat(has(NOWHERE)).isFalse();
    assertThat(nativeGit("fsck", "--connectivity-only")).doesNotContain("missing");
  }

  @Test
  void doesNotFetchWhatTheMirrorHas() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    mirror.ensure(commit, TestRepository.MAIN);
    Files.move(git.path(), folder.resolve("away.git"));

    mirror.ensure(commit, TestRepository.MAIN);
  }

  @Test
  void fetchesACommitByIdThatNoRefLeadsTo() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    CommitId loose = git.commitObject(List.of(first), "loose", Map.of("a", "2"));

    mirror.ensure(loose, TestRepository.MAIN);

    assertThat(has(loose)).isTrue();
  }

  @Test
  void saysThatACommitIsGone() throws Exception {
    git.commit("one", Map.of("a", "1"));

    assertTrouble(Kind.COMMIT_GONE, () -> mirror.ensure(NOWHERE, TestRepository.MAIN))
        .hasMessage(
            "commit %s is no longer in repository %s: refs/heads/main does not lead to it any more",
            NOWHERE, git.path());
  }

  @Test
  void saysThatARepositoryIsGone() throws Exception {
    Files.move(git.path(), folder.resolve("away.git"));

    assertTrouble(Kind.REPOSITORY_GONE, () -> mirror.remoteRefs(List.of("*")))
        .hasMessage("repository %s is not there: there is no such folder", git.path());
  }

  @Test
  void keepsCommitsRemovedByAForcedPush() throws Exception {
    CommitId root = git.commit("root", Map.of("a", "0"));
    CommitId lost = git.commit("lost", Map.of("a", "1"));
    mirror.ensure(lost, TestRepository.MAIN);
    git.move(TestRepository.MAIN, root);
    git.git("reflog", "expire", "--expire=now", "--all");
    git.git("gc", "--prune=now", "--quiet");
    mirror.ensure(git.commit("other", Map.of("a", "2")), TestRepository.MAIN);

    nativeGit("gc", "--prune=now", "--quiet");

    assertThat(has(lost)).isTrue();
    assertThat(nativeGit("for-each-ref", "refs/assay")).contains(lost.value());
  }

  @Test
  @Tag("long")
  void dropsPinsReachableFromOthers() throws Exception {
    List<CommitId> commits = new ArrayList<>();
    CommitId root = git.commit("root", Map.of("a", "0"));
    CommitId forced = git.commitObject(List.of(root), "forced away", Map.of("a", "x"));
    mirror.ensure(forced, TestRepository.MAIN);
    for (int i = 0; i < 120; i++) {
      commits.add(git.commit("number " + i, Map.of("a", "" + i)));
      mirror.fetch(List.of(id(commits.get(i))));
    }

    assertThat(nativeGit("for-each-ref", "refs/assay").lines().count()).isBetween(2L, 100L);
    assertThat(nativeGit("for-each-ref", "refs/assay")).contains(forced.value());
    assertThat(commits).allMatch(this::has);
  }

  @Test
  void pinsWhileTheRefsArePacked() throws Exception {
    mirror.ensure(git.commit("root", Map.of("a", "0")), TestRepository.MAIN);
    List<CommitId> commits = git.commits(15);
    AtomicBoolean isDone = new AtomicBoolean();
    CompletableFuture<Void> packing =
        CompletableFuture.runAsync(
            () -> {
              while (!isDone.get()) {
                packRefs();
              }
            });
    try {
      for (CommitId each : commits) {
        mirror.fetch(List.of(id(each)));
      }
    } finally {
      isDone.set(true);
      packing.join();
    }
    assertThat(nativeGit("for-each-ref", "refs/assay").lines()).hasSizeGreaterThanOrEqualTo(15);
  }

  /** As a repack does: it deletes the files of packed refs, and then empty folders. */
  private void packRefs() {
    try {
      Git.wrap(mirror.repository()).packRefs().setAll(true).call();
    } catch (GitAPIException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tagsAreThoseOfTheRepositoryHoweverTheyChanged() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    for (String name : List.of("v1", "moved", "deleted", "folder/a", "same")) {
      git.tag(name, first);
    }
    mirror.ensure(first, TestRepository.MAIN);
    CommitId second = git.commit("two", Map.of("a", "2"));
    git.delete("refs/tags/v1");
    git.delete("refs/tags/deleted");
    git.delete("refs/tags/folder/a");
    git.git("tag", "v1/a", second.value());
    git.git("tag", "folder", second.value());
    git.git("tag", "-f", "moved", second.value());
    git.git("tag", "new", first.value());

    mirror.ensure(second, TestRepository.MAIN);

    assertThat(tagsOf(mirror.folder())).isEqualTo(tagsOf(git.path())).contains("v1/a", "folder");
    assertThat(mirror.tagTrouble()).isEmpty();
  }

  @Test
  void aTagThatCannotBeFollowedBlocksNoOtherAndIsReported() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    git.tag("old", first);
    git.tag("doomed", first);
    mirror.ensure(first, TestRepository.MAIN);
    CommitId second = git.commit("two", Map.of("a", "2"));
    git.delete("refs/tags/doomed");
    git.git("tag", "new", second.value());
    Files.writeString(git.path().resolve("refs/tags/broken"), NOWHERE + "\n");
    git.git("tag", "-f", "old", second.value());
    Files.createDirectories(mirror.folder().resolve("refs/tags"));
    Files.writeString(mirror.folder().resolve("refs/tags/old.lock"), "somebody's");

    mirror.ensure(second, TestRepository.MAIN);

    assertThat(nativeGit("tag", "-l")).isEqualTo("new\nold");
    assertThat(mirror.tagTrouble().orElseThrow())
        .contains("refs/tags/broken (", "refs/tags/old (")
        .doesNotContain("new");
  }

  @Test
  void filesOfADeadWriterDoNotBlockTheTags() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    git.tag("gone", first);
    mirror.ensure(first, TestRepository.MAIN);
    nativeGit("pack-refs", "--all");
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    for (String lock : List.of("packed-refs.lock", "refs/tags/next.lock")) {
      Path file = mirror.folder().resolve(lock);
      Files.createDirectories(file.getParent());
      Files.setLastModifiedTime(Files.createFile(file), longAgo);
    }
    git.delete("refs/tags/gone");
    CommitId second = git.commit("two", Map.of("a", "2"));
    git.tag("next", second);

    mirror.ensure(second, TestRepository.MAIN);

    assertThat(tagsOf(mirror.folder())).isEqualTo(tagsOf(git.path())).contains("next");
    assertThat(mirror.tagTrouble()).isEmpty();
  }

  private String tagsOf(Path repository) {
    return git.git("--git-dir", repository.toString(), "show-ref", "--tags");
  }

  @Test
  void manyThreadsAndStoresShareAMirror() throws Exception {
    List<CommitId> commits = git.commits(50);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (MirrorStore other = new MirrorStore(folder.resolve("mirrors"))) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (CommitId commit : commits) {
        MirrorStore one = tasks.size() % 2 == 0 ? store : other;
        tasks.add(
            () -> {
              Mirror mine = one.mirrorOf(git.asRepository("bottle"));
              mine.ensure(commit, TestRepository.MAIN);
              return mine.has(commit);
            });
      }
      for (Future<Boolean> each : threads.invokeAll(tasks)) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    try (Stream<Path> packs = Files.list(mirror.folder().resolve("objects/pack"))) {
      assertThat(packs.filter(file -> file.toString().endsWith(".pack"))).hasSize(1);
    }
  }

  @Test
  void repacksItselfSoThatPacksStayFew() throws Exception {
    nativeGit("config", "gc.prunePackExpire", "now");
    for (int i = 0; i < Mirror.MANY_PACKS + 1; i++) {
      mirror.ensure(git.commit("number " + i, Map.of("a", "" + i)), TestRepository.MAIN);
    }

    await().until(() -> packs() < 30);
    assertThat(nativeGit("fsck", "--connectivity-only")).doesNotContain("missing");
  }

  @Test
  void writesNothingIntoItsFolderOnceItIsClosed() throws Exception {
    nativeGit("config", "gc.prunePackExpire", "now");
    for (int i = 0; i < Mirror.MANY_PACKS; i++) {
      mirror.ensure(git.commit("number " + i, Map.of("a", "" + i)), TestRepository.MAIN);
    }

    store.close();

    assertThat(mirror.folder().resolve("gc.pid")).doesNotExist();
    assertThat(mirror.folder().resolve("gc.log.lock")).doesNotExist();
    try (Stream<Path> files = Files.walk(folder.resolve("mirrors"))) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> assertThat(file.toFile().delete()).isTrue());
    }
  }

  /** As the one who repacks it does, for as long as it takes. */
  @Test
  void aPinThatIsThereMayBeLocked() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    mirror.fetch(List.of(id(commit)));
    Files.createFile(mirror.folder().resolve(Pins.PREFIX + commit + ".lock"));

    mirror.fetch(List.of(id(commit)));

    assertThat(has(commit)).isTrue();
  }

  @Test
  void readsALinkedWorktreeAndASubmodulesFolder() throws Exception {
    CommitId main = git.commit("one", Map.of("a", "1"));
    git.branch("topic", main);
    Path worktree = folder.resolve("tree");
    git.git("worktree", "add", "--quiet", worktree.toString(), "topic");

    Mirror ofWorktree = store.mirrorOf(new Repository("tree", worktree.toString()));
    assertThat(ofWorktree.remoteRefs(List.of("refs/heads/*")))
        .containsOnlyKeys("refs/heads/main", "refs/heads/topic");
    ofWorktree.ensure(main, TestRepository.MAIN);

    Files.delete(worktree.resolve(".git"));
    Files.writeString(worktree.resolve(".git"), "gitdir: /nowhere\n");
    assertTrouble(Kind.REPOSITORY_GONE, () -> ofWorktree.remoteRefs(List.of("*")))
        .hasMessageContaining("its file .git leads nowhere");
  }

  @Test
  void readsANormalClonesFolder() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    Path clone = folder.resolve("clone");
    git.git("clone", "--quiet", git.path().toString(), clone.toString());

    Mirror ofClone = store.mirrorOf(new Repository("clone", "file://" + clone));
    ofClone.ensure(commit, "refs/heads/main");
    assertThat(ofClone.has(commit)).isTrue();
  }

  @Test
  void saysWhatItCannotRead() throws Exception {
    git.commits(3);
    Path shallow = folder.resolve("shallow");
    git.git("clone", "--quiet", "--depth=1", "file://" + git.path(), shallow.toString());
    Path sha256 = folder.resolve("sha256");
    git.git("init", "--quiet", "--object-format=sha256", "--bare", sha256.toString());
    Path partial = folder.resolve("partial");
    git.git("config", "uploadpack.allowFilter", "true");
    git.git("clone", "--quiet", "--filter=blob:none", "file://" + git.path(), partial.toString());
    Path unknown = folder.resolve("unknown");
    git.git("clone", "--quiet", "--bare", git.path().toString(), unknown.toString());
    git.git("config", "-f", unknown + "/config", "core.repositoryFormatVersion", "1");
    git.git("config", "-f", unknown + "/config", "extensions.ofTomorrow", "true");
    Path newer = folder.resolve("newer");
    git.git("clone", "--quiet", "--bare", git.path().toString(), newer.toString());
    git.git("config", "-f", newer + "/config", "core.repositoryFormatVersion", "7");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path file = Files.createFile(folder.resolve("file"));

    assertTrouble(Kind.UNSUPPORTED, () -> refsOf(shallow))
        .hasMessageEndingWith("is a shallow clone: run 'git fetch --unshallow' in it");
    assertTrouble(Kind.UNSUPPORTED, () -> refsOf(sha256)).hasMessageContaining("SHA-256");
    assertTrouble(Kind.UNSUPPORTED, () -> refsOf(partial))
        .hasMessageContaining("is a partial clone")
        .hasMessageEndingWith("clone it again without --filter");
    assertTrouble(Kind.UNSUPPORTED, () -> refsOf(unknown))
        .hasMessageContaining("git's extension 'ofTomorrow'");
    assertTrouble(Kind.UNSUPPORTED, () -> refsOf(newer)).hasMessageContaining("format");
    assertTrouble(Kind.REPOSITORY_GONE, () -> refsOf(empty))
        .hasMessageEndingWith("the folder has no git repository in it");
    assertTrouble(Kind.REPOSITORY_GONE, () -> refsOf(file)).hasMessageEndingWith("it is a file");
    assertTrouble(Kind.UNSUPPORTED, () -> mirror.has(new CommitId("01".repeat(32))));
  }

  @Test
  void aMirrorsNameIsReadableAndUnique() {
    assertThat(MirrorStore.folderName(GitUrl.parse("https://git.example.org/a/bottle.git")))
        .matches("bottle-[0-9a-f]{12}\\.git")
        .isNotEqualTo(MirrorStore.folderName(GitUrl.parse("https://git.example.org/b/bottle.git")));
  }

  private Object refsOf(Path path) throws GitException {
    return store.mirrorOf(new Repository("other", path.toString())).remoteRefs(List.of("*"));
  }

  private interface Effect {
    void run() throws Exception;
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertTrouble(
      Kind kind, Effect effect) {
    return assertThatThrownBy(effect::run)
        .isInstanceOfSatisfying(GitException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private boolean has(CommitId commit) {
    try {
      return mirror.has(commit);
    } catch (GitException e) {
      throw new AssertionError(e);
    }
  }

  private long packs() throws IOException {
    try (Stream<Path> packs = Files.list(mirror.folder().resolve("objects/pack"))) {
      return packs.filter(file -> file.toString().endsWith(".pack")).count();
    }
  }

  private String nativeGit(String... arguments) {
    return git.git(
        Stream.concat(Stream.of("--git-dir", mirror.folder().toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static ObjectId id(CommitId commit) {
    return ObjectId.fromString(commit.value());
  }
}
