package ci.assay.systemtest.bench;

import static org.awaitility.Awaitility.await;

import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon a worker consumes after its start, and what it weighs when it has nothing to do. */
@Tag("bench")
class IdleWorkerBench {

  @TempDir Path folder;

  @Test
  void startAndWeight() throws Exception {
    try (Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      assay.worker("warm-up").awaitOutput("waiting for jobs");
      for (int i = 1; i <= 5; i++) {
        long start = System.nanoTime();
        AssayProcess worker = assay.worker("worker-" + i);
        await()
            .pollInterval(Duration.ofMillis(5))
            .until(() -> worker.output().contains("waiting for jobs"));
        double seconds = (System.nanoTime() - start) / 1e9;
        TimeUnit.SECONDS.sleep(5);
        System.out.printf(
            "idle worker %d: consuming after %.2f s (goal 1.5 s), %d MiB resident (goal 120 MB)%n",
            i, seconds, residentMebibytes(worker.pid()));
        worker.close();
      }
    }
  }

  private static long residentMebibytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
