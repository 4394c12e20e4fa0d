package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts per second of three roles on one real RabbitMQ, all on this machine, against a shell
 * loop of native git: 300 commits of a 200-file repository, a test that does nothing, two runs at
 * once.
 */
@Tag("bench")
class ThroughputBench {

  private static final int BATCH = 300;
  private static final int BATCHES = Integer.getInteger("batches", 6);

  @TempDir Path folder;

  @Test
  void verdictsPerSecond() throws Exception {
    SampleHistory history = SampleHistory.create(folder.resolve("sample.git"), BATCH * BATCHES + 1);
    NativeLoop loop = new NativeLoop(folder.resolve("loop"), history.repository(), 2);
    loop.run(history.commits().subList(0, BATCH), "true");
    try (Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      history.push(0);
      ProcessorTime time = new ProcessorTime();
      time.watch("coordinator", assay.coordinator().pid());
      time.watch("worker one", assay.worker("one").pid());
      time.watch("worker two", assay.worker("two").pid());
      String repository = "sample=" + history.repository();
      time.watch("observer", assay.observer("--test", "true", repository).pid());
      time.watchProgram("broker", "beam.smp");
      assay.awaitVerdicts("sample", history.commits().subList(0, 1));
      for (int batch = 0; batch < BATCHES; batch++) {
        List<CommitId> commits =
            history.commits().subList(1 + batch * BATCH, 1 + (batch + 1) * BATCH);
        time.begin();
        Duration ours = batch(assay, history, commits);
        String used = time.perVerdict(BATCH);
        Duration floor = loop.run(commits, "true");
        System.out.printf(
            "throughput batch %d: assay %.0f/s, shell loop %.0f/s, ratio %.2f%n  processor time per verdict: %s%n",
            batch + 1, rate(ours), rate(floor), rate(ours) / rate(floor), used);
      }
    }
  }

  /** The time from when the observer stored the first job to the last verdict's file. */
  private Duration batch(Installation assay, SampleHistory history, List<CommitId> commits)
      throws IOException, InterruptedException {
    history.push(history.commits().indexOf(commits.get(commits.size() - 1)));
    assay.awaitFiles("sample", commits);
    return assay.span("sample", commits);
  }

  private static double rate(Duration time) {
    return BATCH * 1e9 / time.toNanos();
  }
}
