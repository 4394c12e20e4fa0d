package ci.assay.systemtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Verdict;
import ci.assay.systemtest.AssayProcess;
import ci.assay.wire.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code assay run} over the last commits of a repository with a real test suite, against a plain
 * loop of checkout and test: the same verdict for each commit, in less time. Set the repository and
 * the command with {@code -Dbench.repository=PATH -Dbench.test=COMMAND [-Dbench.commits=30]}.
 */
@Tag("bench")
class RunBench {

  @TempDir Path folder;

  @Test
  void sameVerdictsInLessTime() throws Exception {
    String repository = System.getProperty("bench.repository");
    if (repository == null) {
      System.out.println("run: not measured; give -Dbench.repository=PATH -Dbench.test=COMMAND");
      return;
    }
    String test = System.getProperty("bench.test", "true");
    int count = Integer.getInteger("bench.commits", 30);
    Path path = Path.of(repository);
    String range = "HEAD~" + count + "..HEAD";
    List<CommitId> commits =
        Shell.run(path, "git", "rev-list", "--reverse", range).lines().map(CommitId::new).toList();
    NativeLoop loop = new NativeLoop(folder.resolve("loop"), path, 1);
    Duration floor = loop.run(commits, test);

    Path results = folder.resolve("results");
    long start = System.nanoTime();
    try (AssayProcess run =
        AssayProcess.start(
            folder,
            "run",
            "--workers",
            "2",
            "--results",
            results.toString(),
            "--test",
            test,
            "--commits",
            range,
            "sample=" + repository)) {
      run.awaitExit(Duration.ofMinutes(30));
      Duration ours = Duration.ofNanos(System.nanoTime() - start);
      System.out.println(run.output());
      System.out.printf(
          "run: %d commits, assay run --workers 2 %.1f s, plain loop %.1f s, ratio %.2f%n",
          commits.size(),
          ours.toMillis() / 1e3,
          floor.toMillis() / 1e3,
          (double) ours.toMillis() / floor.toMillis());
    }
    for (CommitId commit : commits) {
      Path file = results.resolve("sample/" + commit + "/verdict.json");
      Verdict verdict = Codec.decodeVerdict(Files.readAllBytes(file));
      assertThat(verdict.outcome().word()).as(commit.value()).isEqualTo(loop.verdict(commit));
    }
    System.out.printf("run: all %d verdicts equal the loop's%n", commits.size());
  }
}
