package ci.assay.systemtest.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Topology;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.CommitId;
import ci.assay.observer.Observer;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import ci.assay.worker.Worker;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.settings.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a verdict costs if nothing goes wrong, counted over some commits in one slot. To let a
 * number grow is a decision: change it here, and give the reason in docs/performance.md.
 */
@Timeout(120)
class VerdictBudgetTest {

  private static final int COMMITS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path folder;
  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();

  @Test
  void aVerdictCostsNoMoreThanItDid() throws Exception {
    AtomicLong flushes = new AtomicLong();
    AtomicLong processes = new AtomicLong();
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Coordinator coordinator = coordinator();
        Worker worker = worker();
        Observer observer = observer(repository);
        RecordingStream events = new RecordingStream()) {
      events.enable("jdk.FileForce").withoutThreshold();
      events.enable("jdk.ProcessStart");
      events.onEvent("jdk.FileForce", event -> flushes.incrementAndGet());
      events.onEvent("jdk.ProcessStart", event -> processes.incrementAndGet());
      CommitId first = repository.commit("first", Map.of("file", "0"));
      coordinator.start();
      worker.start();
      observer.start();
      awaitVerdicts(List.of(first));
      try (MessageCount messages = new MessageCount(broker)) {
        events.startAsync();
        messages.restart();
        awaitVerdicts(repository.commits(COMMITS));
        events.close(); // after all events were reported
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () ->
                    assertThat(messages.countsExcept(Topology.CONTROL))
                        .isEqualTo(
                            Map.of(
                                Topology.JOBS, 1L * COMMITS, // and a copy of it, in another queue
                                Topology.INQUIRY, 1L * COMMITS, // and its answer
                                Topology.RESULTS, 2L * COMMITS))); // its start, and its result
        // A worker announces a run to all others when the coordinator has not answered in time,
        // as happens now and then on a machine with too much to do.
        assertThat(messages.count(Topology.CONTROL)).isLessThanOrEqualTo(COMMITS / 10);
        assertThat(messages.bytes()).as("bytes").isLessThan(2_600L * COMMITS);
        assertThat(flushes.get()).as("flushes").isLessThanOrEqualTo(11L * COMMITS);
        assertThat(processes.get()).as("processes, by Java").isLessThanOrEqualTo(COMMITS / 5);
      }
    }
    assertThat(filesPerVerdict()).as("stored files").isEqualTo(4);
  }

  private Coordinator coordinator() {
    return new Coordinator(
        new CoordinatorSettings(broker, "test", results()),
        VerdictListener.none(),
        Clock.systemUTC());
  }

  private Path results() {
    return folder.resolve("results");
  }

  private Worker worker() {
    WorkerSettings settings =
        new WorkerSettings(
            broker,
            "one",
            new WorkerSettings.Capacity(1, List.of("default")),
            new WorkerSettings.Limits(Duration.ofMinutes(5), 3, Duration.ZERO),
            folder.resolve("work"),
            WorkerSettings.Disk.DEFAULT);
    return new Worker(settings, RunListener.none(), Clock.systemUTC());
  }

  private Observer observer(TestRepository repository) {
    JobTerms terms =
        new JobTerms(
            repository.asRepository("bottle"), "echo tested", Duration.ofMinutes(1), "default");
    WatchedRepository watched =
        new WatchedRepository(terms, List.of(), CommitSelection.EVERY, 1, Duration.ofMillis(100));
    return new Observer(
        new ObserverSettings(
            broker, "test", folder.resolve("state"), List.of(watched), Duration.ofMinutes(10)),
        Clock.systemUTC());
  }

  private void awaitVerdicts(List<CommitId> commits) {
    await()
        .atMost(LIMIT)
        .until(() -> commits.stream().allMatch(commit -> Files.exists(fileOf(commit))));
  }

  private Path fileOf(CommitId commit) {
    return results().resolve("bottle").resolve(commit.value()).resolve("verdict.json");
  }

  private long filesPerVerdict() throws IOException {
    try (Stream<Path> all = Files.walk(results().resolve("bottle"))) {
      return all.filter(Files::isRegularFile).count() / (COMMITS + 1);
    }
  }
}
