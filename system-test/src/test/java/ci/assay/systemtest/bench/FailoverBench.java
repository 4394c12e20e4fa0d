package ci.assay.systemtest.bench;

import static org.awaitility.Awaitility.await;

import ci.assay.model.CommitId;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures the time from the SIGKILL of a worker to the run of its job on another one. */
@Tag("bench")
class FailoverBench {

  private static final int ROUNDS = 12;

  @TempDir Path folder;

  @Test
  void fromDeathToTheNextRun() throws Exception {
    Path begun = Files.createFile(folder.resolve("begun"));
    Path go = folder.resolve("go-");
    String test =
        "echo $ASSAY_COMMIT >> %s; while [ ! -e %s$ASSAY_COMMIT ]; do sleep 0.02; done"
            .formatted(begun, go);
    List<Double> millis = new ArrayList<>();
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      assay.coordinator().awaitOutput("is the active coordinator now");
      Map<String, AssayProcess> workers = new HashMap<>();
      workers.put("a", start(assay, "a"));
      workers.put("b", start(assay, "b"));
      CommitId commit = repository.commit("0", Map.of("file", "0"));
      assay.observer("--test", test, "sample=" + repository.path()).awaitOutput("1 new commit");
      for (int i = 1; i <= ROUNDS; i++) {
        int before = 2 * (i - 1);
        awaitLines(begun, before + 1);
        CommitId running = commit;
        Map.Entry<String, AssayProcess> holder =
            workers.entrySet().stream()
                .filter(each -> each.getValue().output().contains(running.abbreviated()))
                .findFirst()
                .orElseThrow();
        long killed = System.nanoTime();
        holder.getValue().kill();
        awaitLines(begun, before + 2);
        millis.add((System.nanoTime() - killed) / 1e6);
        Files.createFile(Path.of(go + commit.value()));
        assay.awaitVerdict("sample", commit);
        holder.setValue(start(assay, holder.getKey()));
        commit = i < ROUNDS ? repository.commit("" + i, Map.of("file", "" + i)) : commit;
      }
    }
    Collections.sort(millis);
    System.out.printf(
        "from a worker's SIGKILL to the first step of its job elsewhere, %d times:"
            + " min %.0f ms, median %.0f ms, max %.0f ms (goal: within 1000 ms)%n",
        millis.size(), millis.get(0), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
  }

  private static AssayProcess start(Installation assay, String name) {
    return assay.worker(name).awaitOutput("takes jobs of");
  }

  private static void awaitLines(Path file, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> lines(file) >= count);
  }

  private static long lines(Path file) throws IOException {
    return Files.readAllLines(file).size();
  }
}
