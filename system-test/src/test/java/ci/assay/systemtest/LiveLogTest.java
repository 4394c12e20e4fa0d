package ci.assay.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import ci.assay.worker.Worker;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator shows the output of a run while it runs on a worker. */
@Timeout(180)
class LiveLogTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();

  private void hear(String run, long offset, byte[] bytes, boolean end) {
    texts.add(new String(bytes, UTF_8));
    if (end) {
      ends.add(run);
    }
  }

  private String text() {
    return String.join("", texts);
  }

  @Test
  void aRunIsWatchedOnRabbitMq() throws Exception {
    assertWatched(TestBroker.shared().newVirtualHost());
  }

  @Test
  void aRunIsWatchedOnTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory()) {
      assertWatched(broker.address());
    }
  }

  private void assertWatched(BrokerAddress broker) throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("bottle.git"));
        BrokerConnection link = BrokerConnection.forPublishingOnly(broker, "test");
        ConfirmedPublisher publisher = new ConfirmedPublisher(link, () -> List.of("default"));
        Coordinator coordinator = coordinator(broker);
        Worker worker = worker(broker)) {
      link.start();
      publisher.start();
      coordinator.start();
      worker.start();
      Path go = folder.resolve("go");
      Job job = job(repository, "echo begin; until [ -e %s ]; do sleep 0.1; done; echo end", go);

      AutoCloseable watch = coordinator.live().watch(job.id(), 0, this::hear);
      publisher.publishAll(List.of(OutgoingMessage.job(job)));
      await().atMost(LIMIT).until(() -> text().equals("begin\n"));
      assertThat(ends).isEmpty();
      Files.createFile(go);
      await().atMost(LIMIT).until(() -> ends.size() == 1);
      assertThat(text()).isEqualTo("begin\nend\n");
      watch.close();

      ResultReader reader = new ResultReader(folder.resolve("results"));
      await().atMost(LIMIT).until(() -> !reader.results("bottle", job.commit()).isEmpty());
      coordinator.live().watch(job.id(), 0, this::hear);
      await().atMost(LIMIT).until(() -> ends.size() == 2);
      assertThat(ends.get(1)).isEqualTo(ends.get(0));
      assertThat(text()).isEqualTo("begin\nend\n");
    }
  }

  private Coordinator coordinator(BrokerAddress broker) {
    return new Coordinator(
        new CoordinatorSettings(broker, "test", folder.resolve("results")),
        VerdictListener.none(),
        Clock.systemUTC());
  }

  private Worker worker(BrokerAddress broker) {
    WorkerSettings settings =
        new WorkerSettings(
            broker,
            "test",
            new WorkerSettings.Capacity(1, List.of("default")),
            new WorkerSettings.Limits(Duration.ofMinutes(2), 3, Duration.ofSeconds(10)),
            folder.resolve("work"),
            WorkerSettings.Disk.DEFAULT);
    return new Worker(settings, RunListener.none(), Clock.systemUTC());
  }

  private static Job job(TestRepository repository, String test, Path go) {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    return new Job(
        JobId.of("bottle", commit, "default"),
        new Revision(
            repository.asRepository("bottle"), commit, null, List.of(), TestRepository.MAIN),
        new Task(Variant.DEFAULT, 1, test.formatted(go), "default", 60),
        new Origin(Instant.EPOCH, "push", null));
  }
}
