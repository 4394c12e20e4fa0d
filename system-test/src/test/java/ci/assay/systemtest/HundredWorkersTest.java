package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A burst of jobs for a hundred workers, each with connections and a folder of its own. */
class HundredWorkersTest {

  private static final int WORKERS = 100;
  private static final int COMMITS = 200;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path folder;

  @Test
  void ofABurstNothingIsDoubledAndNothingIsMissing() throws Exception {
    Path begun = Files.createFile(folder.resolve("begun"));
    Path go = folder.resolve("go");
    String test =
        "echo $ASSAY_COMMIT >> %s; while [ ! -e %s ]; do sleep 0.5; done".formatted(begun, go);
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, broker);
        Workers workers = new Workers(broker)) {
      List<CommitId> commits = new ArrayList<>();
      commits.add(repository.commit("first", Map.of("file", "0")));
      assay.coordinator().awaitOutput("is the active coordinator now");
      assay.observer("--test", test, "sample=" + repository.path()).awaitOutput("1 new commit");
      commits.addAll(repository.commits(COMMITS - 1));
      workers.start();

      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> assertThat(Files.readAllLines(begun)).hasSize(WORKERS));
      Files.createFile(go);
      assay.awaitFiles("sample", commits);

      assertThat(Files.readAllLines(begun))
          .as("each run of each commit")
          .containsExactlyInAnyOrderElementsOf(commits.stream().map(CommitId::value).toList());
      assertThat(commits)
          .allSatisfy(
              each ->
                  assertThat(assay.verdict("sample", each).orElseThrow().outcome())
                      .isEqualTo(Outcome.PASSED))
          .allMatch(each -> assay.runs("sample", each) == 1);
      assertThat(namesOfWorkers(assay, commits)).as("workers that had a part").hasSize(WORKERS);
    }
  }

  private static Set<String> namesOfWorkers(Installation assay, List<CommitId> commits)
      throws IOException {
    Set<String> names = new HashSet<>();
    for (CommitId each : commits) {
      names.add(assay.result("sample", each).worker());
    }
    return names;
  }

  /** All workers in one process, because the machine may be small. They share nothing else. */
  private final class Workers implements AutoCloseable {
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final List<Worker> all;

    Workers(BrokerAddress broker) {
      all = IntStream.rangeClosed(1, WORKERS).mapToObj(n -> worker(broker, n)).toList();
    }

    private Worker worker(BrokerAddress broker, int number) {
      WorkerSettings settings =
          new WorkerSettings(
              broker,
              "worker-" + number,
              new WorkerSettings.Capacity(1, List.of("default")),
              new WorkerSettings.Limits(Duration.ofMinutes(5), 3, Duration.ZERO),
              folder.resolve("work-" + number),
              WorkerSettings.Disk.DEFAULT);
      return new Worker(settings, RunListener.none(), Clock.systemUTC());
    }

    void start() throws Exception {
      onEach(Worker::start);
    }

    private void onEach(Step step) throws Exception {
      List<Future<?>> steps = new ArrayList<>();
      for (Worker each : all) {
        steps.add(
            threads.submit(
                () -> {
                  step.on(each);
                  return null;
                }));
      }
      for (Future<?> each : steps) {
        each.get();
      }
    }

    @Override
    public void close() throws Exception {
      try {
        onEach(Worker::close);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    void on(Worker worker) throws Exception;
  }
}
