package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.PathPattern;
import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.worker.command.Shell;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.settings.CheckoutLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code .gitattributes} are read as by git. */
class AttributesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "*.bat, a.bat, true",
    "*.bat, x/y/a.bat, true",
    "*.bat, a.bat.txt, false",
    "a?c, abc, true",
    "a?c, x/a/c, false",
    "/*.bat, a.bat, true",
    "/*.bat, x/a.bat, false",
    "x/*.bat, x/a.bat, true",
    "x/*.bat, x/y/a.bat, false",
    "x/*.bat, y/x/a.bat, false",
    "**/a, a, true",
    "**/a, x/y/a, true",
    "**/a, x/ya, false",
    "x/**, x/y/z, true",
    "x/**, xy/z, false",
    "x/**/z, x/z, true",
    "x/**/z, x/a/b/z, true",
    "x/**/z, x/a/bz, false",
    "[a-c]x, bx, true",
    "[!a-c]x, bx, false",
    "[^a-c]x, dx, true",
    "a\\*b, a*b, true",
    "a\\*b, axb, false",
    "a**b, axyb, true",
    "x/, x/a, false",
    "[, [, false",
    "**, x/y, true",
  })
  void patternsMatchAsInGit(String pattern, String path, boolean matches) throws Exception {
    assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);

    Shell.run(folder, "git init -q .");
    Files.writeString(folder.resolve(".gitattributes"), pattern + " found\n");
    String git = Shell.run(folder, "git check-attr found -- '" + path + "'");
    assertThat(git).endsWith(matches ? ": set" : ": unspecified");
  }

  /** Both the pattern and the name come from a commit. */
  @Test
  void aPatternMadeToTakeForEverDoesNot() {
    String pattern = "*a".repeat(1_000) + "/**/" + "*b".repeat(20);
    PathPattern hostile = PathPattern.parse(pattern);
    for (int i = 0; i < 10; i++) {
      assertThat(hostile.matches("a".repeat(255) + "/" + "a".repeat(255))).isFalse();
    }
  }

  @Test
  void rulesPatternsAndMacrosThatAreManyEndWithTheTimeOfTheCheckout() throws Exception {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      rules.append("[attr]m%d m%d m%d text eol=crlf\n".formatted(i, (i + 1) % 1_000, i / 2));
    }
    for (int i = 0; i < 20_000; i++) {
      rules.append("*?*%d*?* m%d\n".formatted(i, i % 1_000));
    }
    AttributeScope scope = AttributeScope.NONE.with("", ObjectId.zeroId(), rules.toString());

    assertThatThrownBy(
            () ->
                scope.of(
                    "a",
                    () -> {
                      throw new RefusedCommitException("late");
                    }))
        .isInstanceOf(RefusedCommitException.class);
    assertThat(scope.of("a12345b", () -> {}).lineEnds()).isEqualTo(LineEnds.CRLF);
  }

  @Test
  @Tag("long")
  void whatIsWrittenIsWhatGitWrites() throws Exception {
    Random random = new Random(15);
    List<String> patterns =
        List.of("*", "*.a", "x/*", "/a.a", "**/b.a", "x/**", "a.?", "[ab].b", "\"a.a\"", "y/z/*.b");
    List<String> says =
        List.of(
            "text",
            "-text",
            "!text",
            "text=auto",
            "eol=crlf",
            "eol=lf",
            "!eol",
            "crlf",
            "-crlf",
            "crlf=input",
            "binary",
            "-binary",
            "mine",
            "-mine",
            "other",
            "text=input",
            "diff");
    List<String> contents =
        List.of(
            "",
            "a",
            "a\n",
            "a\nb\n",
            "a\r\n",
            "a\r\nb\n",
            "a\rb\n",
            "\0\n",
            "a\n\u001a",
            "\n\u0001");
    List<String> paths =
        List.of(
            "a.a", "b.a", "a.b", "b.b", "x/a.a", "x/b.b", "x/y/b.a", "y/z/a.b", "y/z/b.a", "y/c");
    try (TestRepository git = TestRepository.in(folder.resolve("git"));
        Repository mirror = new FileRepositoryBuilder().setGitDir(git.path().toFile()).build()) {
      Path tree = folder.resolve("tree");
      IncrementalWorkspace workspace = new IncrementalWorkspace(tree, CheckoutLimits.DEFAULT);
      for (int round = 0; round < 60; round++) {
        Map<String, String> files = new HashMap<>();
        for (String place : List.of("", "x/", "y/z/")) {
          if (random.nextInt(3) > 0) {
            files.put(place + ".gitattributes", attributes(random, patterns, says));
          }
        }
        paths.forEach(path -> files.put(path, contents.get(random.nextInt(contents.size()))));
        CommitId commit = git.commitObject(List.of(), "round " + round, files);
        workspace.checkout(mirror, commit);
        Path expected = Files.createTempDirectory(folder, "expected");
        git.git("archive", "-o", folder.resolve("a.tar").toString(), commit.value());
        Shell.run(expected, "tar -xf ../a.tar");
        assertThat(Shell.listing(tree)).as(files.toString()).isEqualTo(Shell.listing(expected));
        FileTree.delete(expected);
      }
    }
  }

  private static String attributes(Random random, List<String> patterns, List<String> says) {
    StringBuilder lines =
        new StringBuilder("[attr]mine text eol=crlf\n[attr]other mine !text\n# no\n");
    for (int i = random.nextInt(5); i >= 0; i--) {
      List<String> words = new ArrayList<>();
      for (int j = random.nextInt(3); j >= 0; j--) {
        words.add(says.get(random.nextInt(says.size())));
      }
      String pattern = patterns.get(random.nextInt(patterns.size()));
      lines.append("%s \t%s\n".formatted(pattern, String.join(" ", words)));
    }
    return lines.toString();
  }

  @Test
  void attributesThatAreTooLargeAreRefused() throws Exception {
    try (TestRepository git = TestRepository.in(folder.resolve("git"));
        Repository mirror = new FileRepositoryBuilder().setGitDir(git.path().toFile()).build()) {
      CommitId commit =
          git.commit("large", Map.of(".gitattributes", "# no\n".repeat(1 << 20), "a", "a"));
      IncrementalWorkspace workspace =
          new IncrementalWorkspace(
              folder.resolve("tree"), new CheckoutLimits(10, 1L << 30, 10, Duration.ofMinutes(1)));
      assertThatThrownBy(() -> workspace.checkout(mirror, commit))
          .isInstanceOf(RefusedCommitException.class)
          .hasMessageContaining(".gitattributes for one folder are larger than 4M together");
    }
  }
}
