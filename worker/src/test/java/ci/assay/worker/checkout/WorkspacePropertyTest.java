package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.worker.command.Shell;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** Whatever a run does, in whatever order, the next checkout is exactly its commit. */
class WorkspacePropertyTest {

  private static final List<String> PATHS =
      List.of("a", "b", "dir", "dir/x", "dir/y", "dir/sub", "dir/sub/z", "link", "new", ".");

  /**
   * What {@code sh} does to two paths; failures are part of it. Commands follow links, so a link
   * may lead out of the work tree, but never out of the test's own folder.
   */
  private static final List<String> STEPS =
      List.of(
          "rm -rf ./%1$s",
          "echo more >> %1$s",
          "printf 1234 > %1$s",
          "mkdir -p %1$s",
          "mv -f %1$s %2$s",
          "cp -a %1$s %2$s",
          "ln -f %1$s %2$s",
          "ln -sfn %1$s %2$s",
          "ln -sfn \"$OUTSIDE\" %1$s",
          "chmod 0 %1$s",
          "chmod 777 %1$s",
          "chmod -R a-w %1$s",
          "touch -d @0 %1$s",
          "touch -r %1$s %2$s",
          "git init -q %1$s",
          "git checkout -q HEAD -- %1$s",
          "git add -A . && git stash -q");

  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  @Tag("long")
  void everyCheckoutIsExact(@ForAll("rounds") List<List<String>> rounds) throws Exception {
    Path folder = Files.createTempDirectory("workspace");
    try (TestRepository repository = TestRepository.in(folder.resolve("r.git"));
        Repository mirror =
            new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build()) {
      List<CommitId> commits = commits(repository);
      List<List<String>> expected = expected(folder, repository, commits);
      Path tree = folder.resolve("slot/tree");
      Path outside = Files.createDirectory(folder.resolve("outside"));
      Workspace workspace =
          new IncrementalWorkspace(tree, ci.assay.worker.settings.CheckoutLimits.DEFAULT);
      for (int round = 0; round < rounds.size(); round++) {
        int which = (round * 7 + rounds.get(round).size()) % commits.size();
        workspace.checkout(mirror, commits.get(which));
        assertThat(Shell.listing(tree)).isEqualTo(expected.get(which));
        Shell.run(tree, "OUTSIDE=" + outside + "\n" + String.join("\n", rounds.get(round)));
        assertThat(workspace.writtenSince((parent, file) -> true, 100))
            .hasSizeLessThanOrEqualTo(100);
      }
      workspace.checkout(mirror, commits.get(0));
      assertThat(Shell.listing(tree)).isEqualTo(expected.get(0));
      assertThat(Shell.run(tree, "git status --porcelain --ignored")).isEmpty();
    } finally {
      FileTree.delete(folder);
    }
  }

  @Provide
  Arbitrary<List<List<String>>> rounds() {
    Arbitrary<String> path = Arbitraries.of(PATHS);
    Arbitrary<String> step =
        Combinators.combine(Arbitraries.of(STEPS), path, path).as(String::formatted);
    return step.list().ofMaxSize(6).list().ofMinSize(1).ofMaxSize(4);
  }

  private static List<CommitId> commits(TestRepository repository) {
    return List.of(
        repository.commitObject(
            List.of(),
            "files",
            Map.of("a", "1234", "b", "#!/bin/sh\n", "dir/x", "x", "dir/sub/z", "z")),
        repository.commitObject(
            List.of(),
            "links",
            Map.of("a", "4321", "link", TestRepository.linkTo("dir"), "dir/x", "x", "dir/y", "y")),
        repository.commitObject(List.of(), "kinds", Map.of("a/b", "1", "dir", "a file", "b", "b")));
  }

  private static List<List<String>> expected(
      Path folder, TestRepository repository, List<CommitId> commits)
      throws IOException, InterruptedException {
    List<List<String>> all = new ArrayList<>();
    for (CommitId commit : commits) {
      Path exported = Files.createDirectory(folder.resolve(commit.value()));
      Path archive = folder.resolve("commit.tar");
      repository.git("archive", "-o", archive.toString(), commit.value());
      Shell.run(exported, "tar -xf " + archive);
      all.add(Shell.listing(exported));
    }
    return all;
  }
}
