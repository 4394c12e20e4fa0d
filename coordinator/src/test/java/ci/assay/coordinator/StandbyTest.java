package ci.assay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.testing.LogCapture;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two coordinators on one broker. */
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host of its own, and waits")
@Tag("broker")
class StandbyTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private final List<Coordinator> all = new ArrayList<>();

  @AfterEach
  void stop() {
    all.forEach(Coordinator::close);
  }

  @Test
  void oneIsActiveAndTheOtherTakesOverWhenItEnds() throws Exception {
    Coordinator first = started(broker, "one", "results");
    await().atMost(LIMIT).until(first::isActive);
    Coordinator second = started(broker, "two", "results");
    judge(Given.job(1));
    assertThat(first.isActive()).isTrue();
    assertThat(second.isActive()).isFalse();

    first.close();
    judge(Given.job(2));
    await().atMost(LIMIT).until(second::isActive);
    assertThat(second.failure()).isEmpty();
  }

  @Test
  @Tag("long")
  void standbyTakesOverWhenTheActiveOnesNetworkIsSilent() throws Exception {
    try (TcpProxy network = TcpProxy.to(broker)) {
      Coordinator first = started(network.address(), "one", "results");
      await().atMost(LIMIT).until(first::isActive);
      Coordinator second = started(broker, "two", "results");
      judge(Given.job(1));

      network.stall();
      judge(Given.job(2));
      assertThat(second.isActive()).isTrue();

      network.mend();
      await().atMost(LIMIT).until(() -> !first.isActive());
      judge(Given.job(3));
      assertThat(second.isActive()).isTrue();
    }
  }

  @Test
  void standbyTakesOverWhileTheActiveOneCannotWrite() throws Exception {
    Coordinator first = started(broker, "one", "results");
    await().atMost(LIMIT).until(first::isActive);
    started(broker, "two", "results");
    judge(Given.job(1));
    try (LogCapture log = new LogCapture()) {
      Path temporary = folder.resolve("results/.tmp");
      Files.move(temporary, folder.resolve("away"));
      Files.writeString(temporary, "in the way");
      publish(Given.job(2));
      await().atMost(LIMIT).until(() -> !first.isActive());
      Files.delete(temporary);
      Files.move(folder.resolve("away"), temporary);
      awaitVerdict(Given.job(2));
      assertThat(log.linesWith("is not the active coordinator any more")).isNotEmpty();
    }
  }

  @Test
  void secondCoordinatorWithAnotherFolderEnds() throws Exception {
    Coordinator first = started(broker, "one", "results");
    await().atMost(LIMIT).until(first::isActive);
    CountDownLatch ended = new CountDownLatch(1);
    Coordinator second = coordinator(broker, "two", "elsewhere");
    second.whenFailed(ended::countDown);
    second.start();
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(second.failure())
        .get()
        .extracting(CannotRunException::getMessage)
        .asString()
        .contains("another coordinator, one-", "keeps its results elsewhere")
        .doesNotContain("\n");
    judge(Given.job(1));
    assertThat(first.isActive()).isTrue();
    assertThat(first.failure()).isEmpty();
  }

  @Test
  void coordinatorOnAnotherVirtualHostCannotUseTheFolder() throws Exception {
    Coordinator first = started(broker, "one", "results");
    await().atMost(LIMIT).until(first::isActive);
    BrokerAddress elsewhere = TestBroker.shared().newVirtualHost();
    Coordinator second = coordinator(elsewhere, "two", "results");
    assertThatThrownBy(second::start)
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("is written by another coordinator, one-")
        .hasMessageContaining("process " + ProcessHandle.current().pid() + " on ");
    second.close();
    assertThat(second.isActive()).isFalse();
    judge(Given.job(1));

    first.close();
    Coordinator third = started(elsewhere, "three", "results");
    await().atMost(LIMIT).until(third::isActive);
  }

  @Test
  void folderKeepsItsId() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    assertThat(results.self.store()).hasSize(26);
    assertThat(new ResultsFixture(folder).self.store()).isEqualTo(results.self.store());
    assertThat(new ResultsFixture(folder).self.coordinator())
        .startsWith("test-")
        .isNotEqualTo(results.self.coordinator());
  }

  private Coordinator started(BrokerAddress address, String name, String results)
      throws InterruptedException {
    Coordinator coordinator = coordinator(address, name, results);
    coordinator.start();
    return coordinator;
  }

  private Coordinator coordinator(BrokerAddress address, String name, String results) {
    Coordinator coordinator =
        new Coordinator(
            new CoordinatorSettings(address, name, folder.resolve(results)),
            VerdictListener.none(),
            Clock.systemUTC());
    all.add(coordinator);
    return coordinator;
  }

  private void judge(Job job) throws Exception {
    publish(job);
    awaitVerdict(job);
  }

  private void publish(Job job) throws Exception {
    try (BrokerConnection link = BrokerConnection.forPublishing(broker, "test");
        ConfirmedPublisher publisher =
            new ConfirmedPublisher(link, () -> List.of(Job.DEFAULT_POOL))) {
      link.start();
      publisher.start();
      publisher.publishAll(
          List.of(
              OutgoingMessage.job(job),
              Given.started(job, "run-1"),
              OutgoingMessage.result(Given.result(job, "run-1", Outcome.PASSED, 0))));
    }
  }

  private void awaitVerdict(Job job) {
    ResultReader reader = new ResultReader(folder.resolve("results"));
    await().atMost(LIMIT).until(() -> reader.verdict("bottle", job.commit()).isPresent());
  }
}
