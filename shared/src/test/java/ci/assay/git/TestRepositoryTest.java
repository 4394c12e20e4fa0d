package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what other tests rely on. */
class TestRepositoryTest {

  @TempDir Path folder;

  @Test
  void nativeGitReadsWhatItWrote() {
    try (TestRepository git = TestRepository.in(folder.resolve("a.git"))) {
      CommitId first = git.commit("one", Map.of("dir/a.txt", "a\n", "run", "#!/bin/sh\n"));
      git.branch("topic", first);
      CommitId topic =
          git.commitOn("refs/heads/topic", "two", Map.of("l", TestRepository.linkTo("../x")));
      CommitId merge = git.merge(TestRepository.MAIN, "refs/heads/topic", Map.of());
      git.tag("v1", first);

      assertThat(git.git("rev-list", "--parents", "-1", "main"))
          .isEqualTo(merge + " " + first + " " + topic);
      assertThat(git.git("ls-tree", "-r", "topic").lines().map(line -> line.substring(0, 6)))
          .containsExactly("100644", "120000", "100755");
      assertThat(git.git("rev-parse", "v1^{commit}")).isEqualTo(first.value());
      assertThat(git.git("fsck", "--strict")).isEmpty();
    }
  }

  @Test
  void manyCommitsAreMadeAtOnceAndCanBeBuiltUpon() {
    try (TestRepository git = TestRepository.in(folder.resolve("a.git"))) {
      CommitId first = git.commit("one", Map.of("a.txt", "a\n"));
      List<CommitId> many = git.commits(300);
      CommitId last = git.commit("last", Map.of("a.txt", "b\n"));

      assertThat(many).hasSize(300).doesNotContain(first, last);
      assertThat(git.git("rev-list", "--count", "main")).isEqualTo("302");
    }
  }
}
