package ci.assay.observer.history;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitWalkTest {

  @TempDir Path folder;

  /**
   * Walking the history would fail here, since it cannot be read, and would take long on a long
   * one.
   */
  @Test
  void theNewestCommitIsFoundWithoutItsHistory() throws Exception {
    try (TestRepository git = TestRepository.in(folder.resolve("bottle.git"));
        FileRepository objects = new FileRepository(git.path().toFile())) {
      List<CommitId> commits = git.commits(3);
      CommitId tip = commits.get(2);
      git.tag("v1", tip);
      git.move("refs/tags/blob", new CommitId(git.git("rev-parse", "main^{tree}")));
      String root = commits.get(0).value();
      Files.delete(git.path().resolve("objects/" + root.substring(0, 2) + "/" + root.substring(2)));
      CommitWalk walk = new CommitWalk(objects);
      Map<String, Integer> found = Map.of("main", 1, "v1", 1, "refs/tags/blob", 0);
      for (Map.Entry<String, Integer> each : found.entrySet()) {
        ObjectId id = ObjectId.fromString(git.git("rev-parse", each.getKey()));
        assertThat(walk.newest(id, 1))
            .hasSize(each.getValue())
            .allMatch(commit -> commit.name().equals(tip.value()));
      }
    }
  }
}
