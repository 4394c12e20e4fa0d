package ci.assay.worker.checkout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.worker.command.Shell;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract that every {@link Workspace} fulfils. */
abstract class WorkspaceContract {

  @TempDir Path folder;

  private TestRepository repository;
  private Repository mirror;
  private Workspace workspace;

  /** Creates a workspace whose work tree is {@code tree}. */
  abstract Workspace workspace(Path tree);

  @BeforeEach
  void open() throws IOException {
    repository = TestRepository.in(folder.resolve("repository.git"));
    mirror = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    workspace = workspace(tree());
  }

  @AfterEach
  void close() {
    mirror.close();
    repository.close();
  }

  Path tree() {
    return folder.resolve("slot/tree");
  }

  @Test
  void writesFilesFoldersModesAndLinks() throws Exception {
    CommitId commit =
        repository.commit(
            "all kinds",
            Map.of(
                "plain.txt", "text\n",
                "empty", "",
                "run.sh", "#!/bin/sh\n",
                "a/b/c/deep.txt", "deep\n",
                "link", TestRepository.linkTo("a/b"),
                "dangling", TestRepository.linkTo("../../nowhere/"),
                "-rf", "an option?\n",
                "with space\n", "and a line end\n",
                "größe/naïve.txt", "not ASCII\n"));
    checkout(commit);

    assertExactly(commit);
    assertThat(Files.isExecutable(tree().resolve("run.sh"))).isTrue();
    assertThat(Files.isExecutable(tree().resolve("plain.txt"))).isFalse();
    assertThat(Files.readSymbolicLink(tree().resolve("link"))).hasToString("a/b");
    assertThat(shell("readlink dangling")).isEqualTo("../../nowhere/");
  }

  @Test
  @Tag("long")
  void goesFromAnyCommitToAnyOther() throws Exception {
    CommitId files =
        repository.commit("files", Map.of("a", "1", "b/c", "2", "d", TestRepository.linkTo("a")));
    CommitId swapped =
        repository.commitObject(
            List.of(), "kinds swapped", Map.of("a/x", "1", "b", "2", "d", "#!/bin/sh\n"));
    CommitId empty = repository.commitObject(List.of(), "nothing", Map.of());
    for (CommitId commit : List.of(files, swapped, files, empty, swapped, empty, files, files)) {
      checkout(commit);
      assertExactly(commit);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm -rf *",
        "rm -rf a .git && git init -q . && git init -q a",
        "echo changed > plain.txt",
        "printf TEXT > plain.txt",
        "chmod 0 plain.txt a/b && chmod 500 a .",
        "chmod -x run.sh; chmod 777 plain.txt",
        "mkdir -p target/deep && touch target/deep/x && chmod -R a-w target",
        "mkdir locked && touch locked/in && chmod 0 locked",
        "touch -- -rf --help ' ' 'a b' \"$(printf 'x\\ny')\" \"$(printf '\\377')\"",
        "ln -s ../../outside out; ln -s .. up; ln -s nowhere gone",
        "rm -rf a && ln -s ../../outside a",
        "rm plain.txt && ln -s ../../outside/precious plain.txt",
        "rm plain.txt && mkdir plain.txt && touch plain.txt/in",
        "rm -rf a && echo file > a",
        "mkfifo pipe; ln plain.txt other; echo more >> other",
        "ln plain.txt ../kept; rm -f a/b/c/deep.txt",
        "mv a z; cp -a z a",
        "mv plain.txt x; mv a/b/c/deep.txt plain.txt; mv x a/b/c/deep.txt",
        "printf 'ignored\\n*\\n' > .gitignore; touch ignored build.o",
        "git config core.hooksPath /nowhere; git tag mine; git commit -q --allow-empty -m x",
        "cd .. && rm -rf tree",
        "cd .. && mv tree old && cp -a old tree && rm -rf old",
        "cd .. && rm -rf tree && ln -s ../outside tree",
        "cd .. && rm -rf tree && echo file > tree",
        "i=0; while [ $i -lt 60 ]; do d=$(printf '%0200d' 0); mkdir $d && cd $d; i=$((i+1)); done",
      })
  void nothingThatARunDidIsLeft(String run) throws Exception {
    Path precious = Files.createDirectories(folder.resolve("outside")).resolve("precious");
    Files.writeString(precious, "kept");
    CommitId first =
        repository.commit(
            "first",
            Map.of("plain.txt", "text", "run.sh", "#!/bin/sh\n", "a/b/c/deep.txt", "deep"));
    CommitId second = repository.commit("second", Map.of("a/b/c/deep.txt", "changed"));
    checkout(first);
    shell(run);
    checkout(first);
    assertExactly(first);
    shell(run);
    checkout(second);
    assertExactly(second);
    assertThat(precious).hasContent("kept");
    assertThat(folder.resolve("outside").toFile().list()).containsExactly("precious");
  }

  @Test
  void aChangeInTheSameInstantAsTheCheckoutIsSeen() throws Exception {
    CommitId commit = repository.commit("one", Map.of("file", "0000"));
    for (int i = 0; i < 50; i++) {
      checkout(commit);
      Files.writeString(tree().resolve("file"), "1111");
    }
    checkout(commit);
    assertThat(tree().resolve("file")).hasContent("0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", ".git/HEAD", ".git/index"})
  void aSecondNameThatARunGaveAFileKeepsItsContent(String file) throws Exception {
    CommitId first = repository.commit("first", Map.of("file", "first"));
    CommitId second = repository.commit("second", Map.of("file", "second"));
    checkout(first);
    Path kept = Files.createLink(folder.resolve("kept"), tree().resolve(file));
    byte[] content = Files.readAllBytes(kept);
    checkout(second);
    assertThat(kept).hasBinaryContent(content);
    assertThat(tree().resolve("file")).hasContent("second");
    assertThat(shell("git rev-parse HEAD")).isEqualTo(second.value());
    assertThat(shell("git status --porcelain")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm .git/HEAD .git/index",
        "chmod 0 .git/HEAD .git/index",
        "cd .git && rm HEAD index && mkdir HEAD && ln -s ../../../outside index",
        "git commit -q --allow-empty -m mine && git add -A && echo x >> .git/index",
        "for i in 1 2 3 4 5 6; do git rev-parse HEAD; done >> .git/HEAD",
      })
  void whateverARunDidToHeadAndIndexIsMended(String run) throws Exception {
    Path precious = Files.createFile(folder.resolve("outside"));
    CommitId first = repository.commit("first", Map.of("a", "1", "b", "1"));
    CommitId second = repository.commit("second", Map.of("a", "2"));
    for (CommitId commit : List.of(first, first, second)) {
      checkout(commit);
      assertThat(shell("git rev-parse HEAD")).isEqualTo(commit.value());
      assertThat(shell("git status --porcelain; git fsck --no-dangling")).isEmpty();
      assertThat(Files.getPosixFilePermissions(tree().resolve(".git/HEAD")))
          .isEqualTo(Files.getPosixFilePermissions(tree().resolve(".git/config")));
      shell(run);
    }
    assertThat(precious).isEmptyFile();
  }

  /**
   * A default access control list does not show in a folder's mode, and decides those of its files.
   */
  @Test
  void aRunCannotDecideThePermissionsOfWhatIsWrittenForLaterOnes() throws Exception {
    CommitId one = repository.commit("one", Map.of("sub/a", "1"));
    CommitId two =
        repository.commit("two", Map.of("sub/a", "2", "sub/run.sh", "#!/bin/sh\n", "top", "2"));
    checkout(one);
    shell(
        "perl -e '"
            + "my ($call, $name, $list) = ($ARGV[0] + 0, q(system.posix_acl_default), pack(q(H*),"
            + " q(0200000001000600ffffffff04000000ffffffff20000000ffffffff)));"
            + "for (@ARGV[1, 2]) { my $path = $_;"
            + " syscall($call, $path, $name, $list, length $list, 0) == 0 or die $!; }' "
            + (System.getProperty("os.arch").equals("aarch64") ? 5 : 188)
            + " . sub");

    checkout(two);

    assertExactly(two);
    assertThat(shell("umask 022; touch new sub/new; stat -c %a new sub/new sub/run.sh sub/a top"))
        .isEqualTo("644\n644\n755\n644\n644");
  }

  @Test
  void aShorterContentLeavesNothingOfTheLongerOne() throws Exception {
    CommitId longer = repository.commit("longer", Map.of("a", "1234567890", "b", "same"));
    CommitId shorter = repository.commit("shorter", Map.of("a", "123"));
    CommitId empty = repository.commit("empty", Map.of("a", ""));
    for (CommitId commit : List.of(longer, shorter, longer, empty, longer)) {
      checkout(commit);
      assertExactly(commit);
    }
  }

  @Test
  void gitWorksInTheTree() throws Exception {
    repository.commit("first", Map.of("a.txt", "a", "run.sh", "#!/bin/sh\n"));
    CommitId tagged = repository.commit("tagged", Map.of("b/c.txt", "c"));
    repository.tag("v1.0", tagged);
    CommitId commit = repository.commit("after", Map.of("a.txt", "changed"));
    checkout(commit);
    Files.writeString(tree().resolve("untracked"), "");

    assertThat(shell("git rev-parse HEAD")).isEqualTo(commit.value());
    assertThat(shell("git status --porcelain")).isEqualTo("?? untracked");
    assertThat(shell("git log --format=%s")).isEqualTo("after\ntagged\nfirst");
    assertThat(shell("git describe")).startsWith("v1.0-1-g");
    assertThat(shell("git diff-files --name-only")).isEmpty();
    assertThat(shell("git fsck --no-dangling 2>&1 | grep -v '^notice:'")).isEmpty();
    assertThat(shell("git show HEAD~1:b/c.txt")).isEqualTo("c");
  }

  @Test
  void gitKnowsWhereTheCommitIsFromButNoLogin() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    repository.git("config", "remote.origin.url", "https://tok\"en@git.example.org/a b.git?x=y");
    checkout(commit);
    assertThat(shell("git remote get-url origin")).isEqualTo("https://git.example.org/a b.git");
    assertThat(shell("grep -r tok .git")).isEmpty();
    repository.git("config", "remote.origin.url", "git@git.example.org:a.git");
    checkout(commit);
    assertThat(shell("git remote get-url origin")).isEqualTo("git@git.example.org:a.git");
    assertThat(shell("git status --porcelain")).isEmpty();
  }

  @Test
  void tagsAreThoseOfTheMirrorWithoutThoseThatLeadNowhere() throws Exception {
    CommitId first = repository.commit("first", Map.of("a", "1"));
    repository.tag("v1", first);
    repository.tag("moved", first);
    checkout(first);
    CommitId second = repository.commit("second", Map.of("a", "2"));
    repository.delete("refs/tags/v1");
    repository.git("tag", "v1/a", second.value());
    repository.git("tag", "-f", "moved", second.value());
    Path broken = repository.path().resolve("refs/tags/broken");
    Files.writeString(broken, "0123456789".repeat(4) + "\n");
    checkout(second);
    assertThat(shell("git tag -l")).isEqualTo("moved\nv1/a");
    assertThat(shell("git rev-parse moved")).isEqualTo(second.value());
    assertThat(shell("git describe --tags; git log --oneline --all | wc -l")).isEqualTo("moved\n2");
  }

  @Test
  void tagsThatARunChangedAreThoseOfTheMirrorAgainThoughNoneMovedThere() throws Exception {
    CommitId first = repository.commit("first", Map.of("a", "1"));
    repository.tag("v1", first);
    checkout(first);
    for (String harm :
        List.of(
            "git tag -d v1", "git tag v2", "rm .git/packed-refs", ": > .git/packed-refs", ":")) {
      shell(harm);
      checkout(first);
      assertThat(shell("git tag -l")).as(harm).isEqualTo("v1");
    }
    repository.tag("v2", first);
    checkout(first);
    assertThat(shell("git tag -l")).isEqualTo("v1\nv2");
  }

  @Test
  void lineEndsAreThoseThatTheCommitsAttributesAskFor() throws Exception {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(".gitattributes", "*.bat text eol=crlf\n*.auto text=auto eol=crlf\n*.bin binary\n");
    files.put("a.bat", "one\ntwo\nthree");
    files.put("a.auto", "one\ntwo\n");
    files.put("zero.auto", "one\n\0\n");
    files.put("a.bin", "one\ntwo\n");
    files.put("other.txt", "one\n");
    files.put("run.bat", "#!/bin/sh\n");
    files.put("link.bat", TestRepository.linkTo("a.bat"));
    files.put("deep/er/a.bat", "one\n");
    files.put("deep/er/b.auto", "one\n");
    CommitId top = repository.commit("top", files);
    CommitId inner =
        repository.commit("inner", Map.of("deep/.gitattributes", "*.bat -text\nb.auto !eol\n"));
    CommitId none = repository.commit("none", Map.of(".gitattributes", "", "new.bat", "one\n"));
    for (CommitId commit : List.of(top, inner, none, top, none, inner, inner)) {
      checkout(commit);
      assertExactly(commit);
    }
    checkout(top);
    assertThat(tree().resolve("a.bat")).hasBinaryContent("one\r\ntwo\r\nthree".getBytes(UTF_8));
    assertThat(tree().resolve("deep/er/a.bat")).hasBinaryContent("one\r\n".getBytes(UTF_8));
    shell("printf 'one\\n' > a.bat; rm deep/er/a.bat; chmod 755 run.bat");
    checkout(top);
    assertExactly(top);
  }

  @Test
  void whatAttributesAskForThatIsNotDoneIsSaid() throws Exception {
    CommitId commit =
        repository.commit(
            "filters",
            Map.of(
                ".gitattributes",
                "*.enc filter=crypt\n*.c ident\n*.txt working-tree-encoding=UTF-16\n*.p filter=lfs\n",
                "a.enc",
                "a",
                "b.enc",
                "b",
                "a.c",
                "$Id$",
                "a.txt",
                "text",
                "a.p",
                "no pointer"));
    assertThat(checkout(commit).notes())
        .containsExactly(
            "2 files have in .gitattributes the attribute 'filter'; filters are not run",
            "1 file has in .gitattributes the attribute 'ident'; $Id$ is not filled in",
            "1 file has in .gitattributes the attribute 'working-tree-encoding'; they are in UTF-8 as in the commit");
    assertThat(tree().resolve("a.c")).hasContent("$Id$");
    CommitId plain = repository.commit("plain", Map.of(".gitattributes", ""));
    assertThat(checkout(plain).notes()).isEmpty();
  }

  @Test
  void nothingOfAnEarlierRunIsInTheGitFolder() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    checkout(commit);
    shell("mkdir -p .git/hooks && printf '#!/bin/sh\\ntouch ran\\n' > .git/hooks/post-checkout");
    shell("chmod +x .git/hooks/*; git branch mine; git config alias.x '!touch ran'; rm .git/HEAD");
    checkout(commit);
    assertThat(tree().resolve(".git/hooks")).doesNotExist();
    assertThat(shell("git for-each-ref; git config --local --get-regexp alias")).isEmpty();
    assertThat(shell("git status --porcelain")).isEmpty();
  }

  @Test
  void submodulesAreEmptyFoldersAndPointersStayPointers() throws Exception {
    CommitId inner = repository.commit("inner", Map.of("x", "x"));
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    CommitId commit =
        repository.commitObject(
            List.of(),
            "outer",
            Map.of("sub", TestRepository.submoduleAt(inner), "big.bin", pointer, "a", "a"));
    assertThat(checkout(commit)).isEqualTo(new Checkout(tree(), 1, 1));
    assertThat(tree().resolve("sub")).isEmptyDirectory();
    assertThat(tree().resolve("big.bin")).hasContent(pointer);
    Files.writeString(tree().resolve("sub/left"), "over");
    checkout(commit);
    assertThat(tree().resolve("sub")).isEmptyDirectory();
    assertThat(shell("git status --porcelain")).isEmpty();
    checkout(inner);
    assertExactly(inner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", ".git", ".GIT", "a/../b", "a/.git/config"})
  void namesThatLeadElsewhereAreRefused(String name) throws Exception {
    CommitId good = repository.commit("good", Map.of("a", "1"));
    CommitId evil = commitWithName(name);
    checkout(good);
    assertThatThrownBy(() -> checkout(evil))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageContaining("not allowed");
    checkout(good);
    assertExactly(good);
    assertThat(folder.resolve("slot").toFile().list()).containsExactly("tree");
  }

  @Test
  void findsWhatTheRunWroteAndNothingElse() throws Exception {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("old/TEST-kept.xml", "kept");
    files.put("old/TEST-changed.xml", "before");
    files.put("source.txt", "source");
    CommitId commit = repository.commit("reports", files);
    checkout(commit);
    assertThat(workspace.writtenSince((folder, file) -> true, 10)).isEmpty();
    shell("mkdir -p new/er node_modules/m 'locked' && echo x > new/er/TEST-a.xml");
    shell(
        "echo x > node_modules/m/TEST-b.xml; echo after > old/TEST-changed.xml; echo x > top.xml");
    shell("ln -s TEST-a.xml new/er/TEST-link.xml; chmod 0 locked; echo x > old/TEST-new.xml");
    assertThat(workspace.writtenSince((folder, file) -> file.endsWith(".xml"), 10))
        .map(path -> tree().relativize(path).toString())
        .containsExactlyInAnyOrder(
            "new/er/TEST-a.xml", "old/TEST-changed.xml", "old/TEST-new.xml", "top.xml");
    assertThat(workspace.writtenSince((folder, file) -> true, 2)).hasSize(2);
    shell("rm -rf old; ln -s .. old");
    assertThat(workspace.writtenSince((folder, file) -> file.endsWith(".xml"), 10))
        .map(path -> tree().relativize(path).toString())
        .containsExactlyInAnyOrder("new/er/TEST-a.xml", "top.xml");
  }

  @Test
  void aCopyOfACommitsFileWasNotWrittenByARun() throws Exception {
    checkout(
        repository.commit(
            "samples",
            Map.of("samples/expected.xml", "<testsuite/>", "same-size.txt", "<textsuite/>")));
    shell(
        "mkdir out; cp samples/expected.xml out/TEST-copy.xml; touch -d 2020-01-01 out/TEST-copy.xml");
    shell(
        "chmod 600 out/TEST-copy.xml; printf '<testsuitf/>' > out/TEST-own.xml; : > out/TEST-empty.xml");
    assertThat(workspace.writtenSince((folder, file) -> file.endsWith(".xml"), 10))
        .map(path -> tree().relativize(path).toString())
        .containsExactlyInAnyOrder("out/TEST-own.xml", "out/TEST-empty.xml");
  }

  @Test
  void beginsAnewAfterACheckoutThatFailed() throws Exception {
    CommitId good = repository.commit("good", Map.of("a", "1", "b", "2"));
    CommitId missing = new CommitId("1234567890123456789012345678901234567890");
    checkout(good);
    assertThatThrownBy(() -> checkout(missing)).isInstanceOf(IOException.class);
    checkout(good);
    assertExactly(good);
  }

  Checkout checkout(CommitId commit) throws Exception {
    return workspace.checkout(mirror, commit);
  }

  void assertExactly(CommitId commit) throws Exception {
    assertThat(Files.isDirectory(tree(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    Path expected = Files.createTempDirectory(folder, "expected");
    Path archive = Files.createTempFile(folder, "commit", ".tar");
    repository.git("archive", "-o", archive.toString(), commit.value());
    Shell.run(expected, "tar -xf " + archive);
    assertThat(Shell.listing(tree())).isEqualTo(Shell.listing(expected));
    assertThat(shell("git status --porcelain --ignored")).isEmpty();
    FileTree.delete(expected);
  }

  String shell(String command) throws Exception {
    return Shell.run(tree(), command);
  }

  private CommitId commitWithName(String name) {
    String blob = repository.git("hash-object", "-w", "--stdin");
    String[] parts = name.split("/", 0);
    String id = blob;
    for (int i = parts.length - 1; i >= 0; i--) {
      String kind = i == parts.length - 1 ? "100644 blob " : "40000 tree ";
      id = Shell.makeTree(repository.path(), kind + id + "\t" + parts[i] + "\n");
    }
    return new CommitId(repository.git("commit-tree", "-m", "evil", id));
  }
}
