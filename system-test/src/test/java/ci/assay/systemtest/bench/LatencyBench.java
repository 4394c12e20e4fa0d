package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures one commit on an idle system, from the push to {@code verdict.json}. */
@Tag("bench")
class LatencyBench {

  private static final int PUSHES = 40;
  private static final int WARM_UP = 10;

  @TempDir Path folder;

  @Test
  void fromPushToVerdict() throws Exception {
    SampleHistory history = SampleHistory.create(folder.resolve("sample.git"), PUSHES);
    List<Double> millis = new ArrayList<>();
    try (Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      history.push(0);
      assay.coordinator();
      assay.worker("one");
      assay.observer("--test", "true", "sample=" + history.repository());
      assay.awaitVerdicts("sample", history.commits().subList(0, 1));
      for (int i = 1; i < PUSHES; i++) {
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(500));
        long start = System.nanoTime();
        history.push(i);
        CommitId commit = history.commits().get(i);
        assay.awaitFiles("sample", List.of(commit));
        if (i >= WARM_UP) {
          millis.add((System.nanoTime() - start) / 1e6);
        }
      }
    }
    Collections.sort(millis);
    System.out.printf(
        "latency from push to verdict.json at a poll interval of 500 ms, %d pushes:"
            + " min %.0f ms, median %.0f ms, max %.0f ms (goal: at most 650 ms)%n",
        millis.size(), millis.get(0), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
  }
}
