package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed with SIGKILL in the middle of a run loses nothing and leaves nothing. */
class KilledWorkerTest {

  @TempDir Path folder;

  @Test
  void onRabbitMqTheJobOfAKilledWorkerRunsElsewhereAndHasOneVerdict() throws Exception {
    jobOfAKilledWorkerRunsElsewhere(TestBroker.shared().newVirtualHost());
  }

  @Test
  void onTheEmbeddedBrokerTheJobOfAKilledWorkerRunsElsewhereAndHasOneVerdict() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory()) {
      jobOfAKilledWorkerRunsElsewhere(broker.address());
    }
  }

  private void jobOfAKilledWorkerRunsElsewhere(BrokerAddress broker) throws Exception {
    Path pids = folder.resolve("pids");
    Path go = folder.resolve("go");
    String test =
        "echo $$ >> %s; while [ ! -e %s ]; do sleep 0.05; done; echo done".formatted(pids, go);
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, broker)) {
      CommitId commit = repository.commit("work", Map.of("file", "content"));
      assay.coordinator();
      AssayProcess first = assay.worker("first").awaitOutput("takes jobs of");
      assay.observer("--test", test, "sample=" + repository.path());
      long orphan = awaitPid(pids, 0);

      first.kill();
      AssayProcess second = assay.worker("second");
      awaitPid(pids, 1);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> ProcessHandle.of(orphan).filter(ProcessHandle::isAlive).isEmpty());
      Files.createFile(go);

      Verdict verdict = assay.awaitVerdict("sample", commit);
      assertThat(verdict.outcome()).isEqualTo(Outcome.PASSED);
      assertThat(verdict.variants().values())
          .extracting(Verdict.Part::worker)
          .containsExactly("second");
      assertThat(assay.runs("sample", commit)).isEqualTo(1);
      assertThat(assay.filesOf("sample", commit))
          .containsExactly("job.json", "log.txt", "result.json");
      assertThat(second.output()).contains("passed");
    }
  }

  private static long awaitPid(Path pids, int index) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(pids) && lines(pids) > index);
    try {
      return Long.parseLong(Files.readAllLines(pids).get(index).strip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int lines(Path file) throws IOException {
    return (int) Files.readString(file).chars().filter(each -> each == '\n').count();
  }
}
