package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.observer.job.RangeJobs;
import ci.assay.observer.settings.JobTerms;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cancel}, {@code rerun} and {@code audit}, with a coordinator on the embedded broker. */
@Tag("long")
@Tag("broker")
class OrdersTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Sandbox sandbox;
  private TestRepository repository;
  private EmbeddedBroker broker;
  private Coordinator coordinator;
  private Path results;

  @BeforeEach
  void start() throws Exception {
    sandbox = new Sandbox(folder);
    sandbox.environment.put("USER", "ann");
    repository = TestRepository.in(folder.resolve("sample"));
    results = folder.resolve("results");
    broker = EmbeddedBroker.inMemory();
    sandbox.environment.put("ASSAY_BROKER", uri());
    sandbox.environment.put("ASSAY_RESULTS", results.toString());
    coordinator =
        new Coordinator(
            new CoordinatorSettings(broker.address(), "test", results),
            VerdictListener.none(),
            Clock.systemUTC());
    coordinator.start();
  }

  @AfterEach
  void stop() {
    coordinator.close();
    broker.close();
    repository.close();
  }

  private String uri() {
    return "amqp://%s:%s@%s:%d"
        .formatted(
            broker.address().user(),
            broker.address().password(),
            broker.address().host(),
            broker.address().port());
  }

  @Test
  void cancelStoresAVerdictAndRerunReplacesIt() throws Exception {
    CommitId commit = repository.commit("first", Map.of("file", "1"));
    publish(commit);

    assertThat(sandbox.run("cancel", "sample", commit.abbreviated())).isZero();
    assertThat(sandbox.out()).isEqualTo("sample/" + commit + "/default cancelled\n");
    assertThat(reader().verdict("sample", commit))
        .get()
        .extracting("outcome")
        .isEqualTo(Outcome.CANCELLED);
    assertThat(reader().results("sample", commit).get(0).cause()).startsWith("cancelled by ann@");

    assertThat(sandbox.run("cancel", "sample", commit.value())).isEqualTo(1);
    assertThat(sandbox.out()).contains("already has a verdict, cancelled; nothing to cancel");

    assertThat(sandbox.run("rerun", "sample", commit.value(), "default")).isZero();
    assertThat(sandbox.out()).isEqualTo("sample/" + commit + "/default#2 queued\n");
    assertThat(sandbox.run("rerun", "sample", commit.value())).isEqualTo(1);
    assertThat(sandbox.out()).contains("has no verdict yet; nothing to run again");
  }

  @Test
  void orderWithoutACoordinatorIsSaidInOneLine() {
    coordinator.close();
    assertThat(sandbox.run("rerun", "sample", "0".repeat(40))).isEqualTo(3);
    assertThat(sandbox.errorLines())
        .filteredOn(line -> line.startsWith("assay: "))
        .singleElement()
        .asString()
        .contains("no coordinator answers at ");
  }

  @Test
  void auditShowsTheGapsAndFixQueuesThem() throws Exception {
    repository.commit("before its time", Map.of("file", "0"));
    CommitId judged = repository.commit("judged", Map.of("file", "1"));
    CommitId lost = repository.commit("lost", Map.of("file", "2"));
    CommitId owed = repository.commit("owed", Map.of("file", "3"));
    publish(judged);
    sandbox.run("cancel", "sample", judged.value());
    publish(owed);

    assertThat(sandbox.run("audit", "sample")).isEqualTo(1);
    assertThat(sandbox.out().lines())
        .containsExactly(
            lost.abbreviated() + "  no job   lost",
            owed.abbreviated() + "  waiting  owed",
            "sample: 1 of 3 commits without a verdict, and 1 more that is waiting or running;"
                + " --fix queues them");
    assertThat(sandbox.run("audit", "--json", "sample")).isEqualTo(1);
    assertThat(sandbox.out().lines())
        .containsExactly(
            "{\"repository\":\"sample\",\"commit\":\"%s\",\"subject\":\"lost\",\"state\":null,\"gap\":true}"
                .formatted(lost),
            "{\"repository\":\"sample\",\"commit\":\"%s\",\"subject\":\"owed\",\"state\":\"waiting\",\"gap\":false}"
                .formatted(owed));

    assertThat(sandbox.run("audit", "--fix", "sample")).isZero();
    assertThat(sandbox.out())
        .contains(
            "1 of 3 commits without a verdict, and 1 more that is waiting or running; queued");
    await().atMost(LIMIT).until(() -> reader().pending("sample").size() == 2);
    assertThat(reader().pending("sample"))
        .filteredOn(job -> job.commit().equals(lost))
        .extracting(Job::reason)
        .containsExactly("audit");

    assertThat(sandbox.run("audit", "sample")).as("waiting is no fault").isZero();
    assertThat(sandbox.out())
        .endsWith(
            "sample: 0 of 3 commits without a verdict, and 2 more that are waiting or running\n");

    assertThat(sandbox.run("audit", "--range", judged.value(), "sample")).isZero();
    assertThat(sandbox.out()).isEqualTo("sample: 0 of 1 commit without a verdict\n");
  }

  private ResultReader reader() {
    return new ResultReader(results);
  }

  /** Publishes a job like an observer, and waits until the coordinator knows of it. */
  private void publish(CommitId commit) throws Exception {
    List<Job> jobs = new ArrayList<>();
    try (MirrorStore mirrors = new MirrorStore(folder.resolve("mirrors"));
        BrokerConnection link = BrokerConnection.forPublishing(broker.address(), "test");
        ConfirmedPublisher publisher = new ConfirmedPublisher(link, () -> List.of("default"))) {
      jobs.addAll(
          new RangeJobs(mirrors, Clock.systemUTC())
              .jobs(JobTerms.of(repository.asRepository("sample")), commit.value()));
      link.start();
      publisher.start();
      publisher.publishAll(jobs.stream().map(OutgoingMessage::job).toList());
    }
    await().atMost(LIMIT).until(() -> reader().commits("sample").contains(commit));
    await().atMost(LIMIT).until(() -> reader().pending("sample").containsAll(jobs));
  }
}
