package ci.assay.systemtest.bench;

import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures how soon a worker consumes after its start, and what an idle worker uses. */
@Tag("bench")
class IdleWorkerBench {

  @TempDir Path folder;

  @Test
  void startAndWeight() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    BrokerConnection link = BrokerConnection.forConsuming(broker, "bench");
    link.start();
    try (link;
        Channel channel = link.awaitOpen().createChannel();
        Installation assay = new Installation(folder, broker)) {
      assay.worker("warm-up").awaitOutput("takes jobs of").close();
      for (int i = 1; i <= 5; i++) {
        long start = System.nanoTime();
        AssayProcess worker = assay.worker("worker-" + i);
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> channel.consumerCount(Topology.jobsQueue("default")) == 1);
        double seconds = (System.nanoTime() - start) / 1e9;
        TimeUnit.SECONDS.sleep(12); // its rehearsal is over then
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
