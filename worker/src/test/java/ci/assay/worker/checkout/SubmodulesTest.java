package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.worker.command.Shell;
import ci.assay.worker.settings.CheckoutLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submodules in a work tree. */
class SubmodulesTest {

  @TempDir Path folder;

  private TestRepository app;
  private TestRepository lib;
  private TestRepository deep;
  private Repository mirror;
  private MirrorStore mirrors;
  private Workspace workspace;

  @BeforeEach
  void open() throws Exception {
    app = TestRepository.in(folder.resolve("git/app.git"));
    lib = TestRepository.in(folder.resolve("git/lib.git"));
    deep = TestRepository.in(folder.resolve("git/deep.git"));
    app.git("config", "remote.origin.url", app.path().toString());
    mirror = new FileRepositoryBuilder().setGitDir(app.path().toFile()).build();
    mirrors = new MirrorStore(folder.resolve("mirrors"));
    workspace = new IncrementalWorkspace(tree(), CheckoutLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    mirrors.close();
    mirror.close();
    deep.close();
    lib.close();
    app.close();
  }

  private Path tree() {
    return folder.resolve("slot/tree");
  }

  @Test
  void areFilledWithTheirOwnInThem() throws Exception {
    CommitId innermost = deep.commit("deep", Map.of("deep.txt", "deep"));
    CommitId inner = lib.commit("lib", with("a/b", "../deep.git", innermost, "lib.txt", "lib"));
    CommitId commit = app.commit("app", with("libs/lib", "../lib.git", inner, "app.txt", "app"));

    Checkout checkout = checkoutWithSubmodules(commit);

    assertThat(checkout.notes()).isEmpty();
    assertThat(tree().resolve("libs/lib/lib.txt")).hasContent("lib");
    assertThat(tree().resolve("libs/lib/a/b/deep.txt")).hasContent("deep");
    assertThat(shell("git status --porcelain --ignored")).isEmpty();
    assertThat(shell("git -C libs/lib/a/b rev-parse HEAD")).isEqualTo(innermost.value());
    assertThat(shell("git -C libs/lib status --porcelain; git -C libs/lib log --format=%s"))
        .isEqualTo("lib");
    assertThat(shell("git -C libs/lib remote get-url origin")).isEqualTo(lib.path().toString());
    assertThat(workspace.writtenSince((in, file) -> true, 10)).isEmpty();
  }

  @Test
  void nothingThatARunDidToThemIsLeft() throws Exception {
    CommitId one = lib.commit("one", Map.of("lib.txt", "one", "other.txt", "other"));
    CommitId commit = app.commit("app", with("lib", "../lib.git", one, "app.txt", "app"));
    Path precious = Files.createDirectories(folder.resolve("precious")).resolve("file");
    Files.writeString(precious, "kept");
    for (String run :
        new String[] {
          "echo x > lib/lib.txt; rm lib/other.txt; echo x > lib/new.txt",
          "cd lib && git config core.hooksPath /x && git tag mine && git commit -qam x",
          "rm -rf lib && ln -s ../../precious lib",
          "rm -rf lib/.git && ln -s ../../../precious lib/.git",
          "rm -rf lib/* && ln -s ../../../precious lib/in",
          "mv lib other; cp -a other lib",
        }) {
      checkoutWithSubmodules(commit);
      shell(run);
      assertThat(workspace.checkout(mirror, commit).submodules()).isEqualTo(1);
      assertThat(tree().resolve("lib")).as(run).isEmptyDirectory();
      checkoutWithSubmodules(commit);
      assertThat(shell("cat lib/lib.txt; ls lib; git -C lib status --porcelain; git -C lib tag"))
          .isEqualTo("onelib.txt\nother.txt");
      assertThat(precious).hasContent("kept");
    }
  }

  @Test
  void findsOfWhatIsInThemOnlyWhatARunWrote() throws Exception {
    CommitId one = lib.commit("one", Map.of("TEST-old.xml", "<old/>"));
    checkoutWithSubmodules(app.commit("app", with("lib", "../lib.git", one, "a", "a")));
    Files.writeString(tree().resolve("lib/TEST-new.xml"), "<new/>");

    assertThat(workspace.writtenSince((in, file) -> file.endsWith(".xml"), 10))
        .containsExactly(tree().resolve("lib/TEST-new.xml"));
  }

  @Test
  void goFromOneCommitToAnother() throws Exception {
    CommitId one = lib.commit("one", Map.of("lib.txt", "one", "gone.txt", "x"));
    CommitId first = app.commit("first", with("lib", "../lib.git", one, "a", "a"));
    CommitId two = lib.commitObject(List.of(), "two", Map.of("lib.txt", "two"));
    lib.branch("side", two);
    CommitId second = app.commit("second", with("lib", "../lib.git", two, "a", "b"));
    for (CommitId commit : List.of(first, second, second, first)) {
      checkoutWithSubmodules(commit);
      assertThat(tree().resolve("lib/lib.txt")).hasContent(commit.equals(second) ? "two" : "one");
      assertThat(Files.exists(tree().resolve("lib/gone.txt"))).isEqualTo(commit.equals(first));
    }
  }

  @Test
  void thatCannotBeHadAreSaid() throws Exception {
    CommitId nowhere = new CommitId("0123456789".repeat(4));
    lib.commit("one", Map.of("a", "1"));
    CommitId gone = app.commit("gone", with("lib", "../lib.git", nowhere, "a", "a"));
    CommitId missing = app.commit("missing", with("lib", "../nothing.git", nowhere, "a", "a"));
    CommitId hostile = app.commit("hostile", with("lib", "ext::sh -c x", nowhere, "a", "a"));
    CommitId unnamed =
        app.commit(
            "unnamed", Map.of(".gitmodules", "", "lib", TestRepository.submoduleAt(nowhere)));

    assertThatThrownBy(() -> checkoutWithSubmodules(gone))
        .isInstanceOf(GitException.class)
        .hasMessage(
            "submodule 'lib': repository %s has no commit %s".formatted(lib.path(), nowhere));
    assertThatThrownBy(() -> checkoutWithSubmodules(missing))
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.kind()).isEqualTo(GitException.Kind.SUBMODULE));
    assertThatThrownBy(() -> checkoutWithSubmodules(hostile))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageContaining("'ext::sh -c x' in .gitmodules is refused");
    assertThat(checkoutWithSubmodules(unnamed).notes())
        .containsExactly("submodule 'lib' is not in .gitmodules, its folder is empty");
  }

  @Test
  void thatHaveEachOtherEndAtADepth() throws Exception {
    CommitId last = lib.commit("0", Map.of("n", "0"));
    for (int i = 1; i <= 8; i++) {
      last = lib.commit("" + i, with("in", "../lib.git", last, "n", "" + i));
    }
    CommitId commit = app.commit("app", with("in", "../lib.git", last, "a", "a"));

    assertThat(checkoutWithSubmodules(commit).notes())
        .containsExactly(
            "submodule 'in/in/in/in/in/in' lies in more than 5 others, its folder is empty");
    assertThat(tree().resolve("in/in/in/in/in/n")).hasContent("4");
    assertThat(tree().resolve("in/in/in/in/in/in")).isEmptyDirectory();
  }

  /** A server that a commit names may never stop answering. */
  @Test
  void areNotWaitedForLongerThanACheckoutMayTake() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      app.git("config", "remote.origin.url", url + "/app.git");
      CommitId nowhere = new CommitId("0123456789".repeat(4));
      CommitId commit = app.commit("app", with("lib", "../lib.git", nowhere, "a", "a"));
      CheckoutLimits limits = new CheckoutLimits(9, 1 << 20, 9, Duration.ofSeconds(2));
      workspace = new IncrementalWorkspace(tree(), limits);
      assertThatThrownBy(() -> checkoutWithSubmodules(commit))
          .isInstanceOf(RefusedCommitException.class)
          .hasMessageStartingWith("submodule 'lib' is not here after ");
    }
  }

  @Test
  void areWithinTheLimitsOfTheCommit() throws Exception {
    CommitId one = lib.commit("one", Map.of("a", "1", "b", "2", "c", "3"));
    Map<String, String> files = new HashMap<>();
    StringBuilder modules = new StringBuilder();
    for (int i = 0; i < 101; i++) {
      files.put("s" + i, TestRepository.submoduleAt(one));
      modules.append("[submodule \"%d\"]\n\tpath = s%d\n\turl = ../lib.git\n".formatted(i, i));
    }
    files.put(".gitmodules", modules.toString());
    CommitId many = app.commitObject(List.of(), "many", files);
    assertThatThrownBy(() -> checkoutWithSubmodules(many))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageContaining("more than 100 submodules");

    CommitId big = app.commit("big", with("lib", "../lib.git", one, "a", "a"));
    workspace =
        new IncrementalWorkspace(tree(), new CheckoutLimits(5, 1 << 20, 9, Duration.ofMinutes(1)));
    assertThatThrownBy(() -> checkoutWithSubmodules(big))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageContaining("--max-checkout-files");
    assertThat(tree()).doesNotExist();
  }

  private Checkout checkoutWithSubmodules(CommitId commit) throws Exception {
    Checkout checkout = workspace.checkout(mirror, commit);
    Submodules source = new SubmoduleMirrors(mirrors, mirrors, TestRepository.MAIN);
    return workspace.addSubmodules(checkout, mirror, source);
  }

  private static Map<String, String> with(
      String path, String url, CommitId commit, String file, String content) {
    return Map.of(
        ".gitmodules",
        "[submodule \"x\"]\n\tpath = %s\n\turl = %s\n".formatted(path, url),
        path,
        TestRepository.submoduleAt(commit),
        file,
        content);
  }

  private String shell(String command) throws Exception {
    return Shell.run(tree(), command);
  }
}
