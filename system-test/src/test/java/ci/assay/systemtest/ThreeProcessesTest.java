package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Observer, coordinator and workers as separate processes on a real RabbitMQ. */
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host and a folder of its own, and waits")
class ThreeProcessesTest {

  private static final Duration EXIT_LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void eachPushedCommitGetsOneStoredVerdict() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      CommitId good = repository.commit("good", Map.of("check.sh", "echo fine"));
      assay.coordinator();
      assay.worker("one");
      assay.worker("two");
      assay.observer("--test", "sh check.sh", "sample=" + repository.path());
      assertThat(assay.awaitVerdict("sample", good).outcome()).isEqualTo(Outcome.PASSED);

      CommitId bad = repository.commit("bad", Map.of("check.sh", "echo broken; exit 3"));
      CommitId malformed = repository.commit("odd", Map.of(".assay.yml", "test: [unclosed"));
      CommitId slow =
          repository.commit("slow", Map.of(".assay.yml", "test: sleep 60\ntimeout: 1s\n"));
      assay.awaitVerdicts("sample", List.of(bad, malformed, slow));

      assertThat(assay.verdict("sample", bad).orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
      assertThat(assay.verdict("sample", malformed).orElseThrow().outcome())
          .isEqualTo(Outcome.ERRORED);
      assertThat(assay.verdict("sample", slow).orElseThrow().outcome())
          .isEqualTo(Outcome.TIMED_OUT);
      assertThat(assay.results().resolve("sample/" + bad + "/default/log.txt"))
          .content()
          .contains("broken");
    }
  }

  @Test
  void aBurstOfCommitsSurvivesAKilledCoordinatorAndAKilledObserver() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      List<CommitId> commits = new ArrayList<>();
      commits.add(repository.commit("first", Map.of("file", "0")));
      AssayProcess coordinator = assay.coordinator();
      assay.worker("one");
      AssayProcess observer = assay.observer("--test", "cat file", "sample=" + repository.path());
      assay.awaitVerdicts("sample", commits);

      for (int i = 1; i <= 40; i++) {
        commits.add(repository.commit("commit " + i, Map.of("file", "" + i)));
      }
      assay.awaitVerdicts("sample", commits.subList(0, 3));
      observer.kill();
      coordinator.kill();
      assay.coordinator();
      assay.observer("--test", "cat file", "sample=" + repository.path());
      assay.awaitVerdicts("sample", commits);

      assertThat(commits)
          .allSatisfy(
              commit ->
                  assertThat(assay.filesOf("sample", commit))
                      .contains("job.json", "log.txt", "result.json"));
    }
  }

  @Test
  void aTerminatedWorkerFinishesItsRunAndLeavesWithoutError() throws Exception {
    Path began = folder.resolve("began");
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      CommitId commit = repository.commit("work", Map.of("file", "content"));
      assay.coordinator();
      AssayProcess worker = assay.worker("one");
      assay.observer(
          "--test", "touch " + began + "; sleep 2; echo finished", "sample=" + repository.path());
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(began));

      worker.terminate();

      assertThat(worker.awaitExit(EXIT_LIMIT)).isZero();
      assertThat(assay.awaitVerdict("sample", commit).outcome()).isEqualTo(Outcome.PASSED);
      assertThat(assay.runs("sample", commit)).isEqualTo(1);
    }
  }

  @Test
  void processesStartedBeforeTheirBrokerWaitForItAndLoseNothingWhenItRestarts() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        TestBroker broker = TestBroker.owned()) {
      CommitId first = repository.commit("first", Map.of("file", "1"));
      broker.stop();
      try (Installation assay = new Installation(folder, broker.address())) {
        AssayProcess coordinator = assay.coordinator().awaitOutput("waiting for the broker");
        assay.worker("one").awaitOutput("waiting for the broker");
        assay.observer("--test", "cat file", "sample=" + repository.path());
        broker.start();
        assay.awaitVerdict("sample", first);

        broker.kill();
        CommitId second = repository.commit("second", Map.of("file", "2"));
        broker.start();

        assertThat(assay.awaitVerdict("sample", second).outcome()).isEqualTo(Outcome.PASSED);
        assertThat(coordinator.output()).contains("lost the broker").contains("connected to");
      }
    }
  }
}
