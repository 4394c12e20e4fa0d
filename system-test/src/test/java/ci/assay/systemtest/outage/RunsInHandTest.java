package ci.assay.systemtest.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The broker takes deliveries back while their runs go on, and no run is repeated. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunsInHandTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int WORKERS = 4;
  private static final int SLOTS = 2;

  private final TestBroker broker = TestBroker.owned();

  @TempDir Path folder;

  private Path begun = Path.of("");
  private Path go = Path.of("");

  @BeforeEach
  void names() throws IOException {
    begun = Files.createFile(folder.resolve("begun"));
    go = folder.resolve("go");
  }

  @BeforeAll
  void checkChannelsOften() {
    broker.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 500).");
  }

  @AfterAll
  void close() {
    broker.close();
  }

  @Test
  void anAckTimeoutRepeatsNoRun() throws Exception {
    BrokerAddress address = broker.newVirtualHost();
    setAckTimeout(address.virtualHost());
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, address)) {
      assay.coordinator();
      AssayProcess first = assay.worker("first").awaitOutput("takes jobs of");
      CommitId commit = repository.commit("long", Map.of("file", "1"));
      assay.observer("--test", waiting(), "sample=" + repository.path());
      awaitBegun(1);
      assay.worker("second");

      first.awaitOutput("was cut off from its queue");
      CommitId next = repository.commit("next", Map.of(".assay.yml", "test: echo next\n"));
      assay.awaitVerdict("sample", next);
      Files.createFile(go);

      assertThat(assay.awaitVerdict("sample", commit).outcome()).isEqualTo(Outcome.PASSED);
      assertThat(Files.readAllLines(begun)).hasSize(1);
      assertThat(assay.runs("sample", commit)).isEqualTo(1);
    } finally {
      broker.ctl("eval", "application:set_env(rabbit, consumer_timeout, 1800000).");
    }
  }

  /** Eight runs of 20 s on four workers, and a fifth, idle worker. */
  @Test
  void aRestartOfTheBrokerRepeatsNoRun() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, broker.newVirtualHost())) {
      List<CommitId> commits = new ArrayList<>();
      commits.add(repository.commit("0", Map.of("file", "0")));
      assay.coordinator();
      for (int i = 1; i <= WORKERS; i++) {
        assay.worker("worker-" + i, SLOTS);
      }
      assay
          .observer("--test", waiting() + "; sleep 20", "sample=" + repository.path())
          .awaitOutput("1 new commit");
      for (int i = 1; i < WORKERS * SLOTS; i++) {
        commits.add(repository.commit("" + i, Map.of("file", "" + i)));
      }
      awaitBegun(WORKERS * SLOTS);

      Files.createFile(go);
      broker.stop();
      broker.start();
      assay.worker("free");
      CommitId next = repository.commit("next", Map.of(".assay.yml", "test: echo next\n"));
      assay.awaitVerdict("sample", next);
      assay.awaitVerdicts("sample", commits);

      assertThat(Files.readAllLines(begun)).hasSize(WORKERS * SLOTS).doesNotHaveDuplicates();
      assertThat(commits).allMatch(each -> assay.runs("sample", each) == 1);
    }
  }

  /** Sets two seconds: for the node if that is all it supports, otherwise for the queues. */
  private void setAckTimeout(String virtualHost) {
    broker.ctl("eval", "application:set_env(rabbit, consumer_timeout, 2000).");
    if (!broker.ctl("version").startsWith("3.1")) {
      broker.ctl(
          "set_policy",
          "-p",
          virtualHost,
          "--apply-to",
          "queues",
          "ack-timeout",
          ".*",
          "{\"consumer-timeout\":2000}");
    }
  }

  private String waiting() {
    return "echo $ASSAY_COMMIT >> %s; while [ ! -e %s ]; do sleep 0.1; done".formatted(begun, go);
  }

  private void awaitBegun(int count) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(Files.readAllLines(begun)).hasSize(count));
  }
}
