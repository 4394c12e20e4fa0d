package ci.assay.systemtest.branches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.index.BranchLine;
import ci.assay.index.Index;
import ci.assay.index.Indexer;
import ci.assay.message.RunStarted;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.observer.Observer;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.Channel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories with an observer and a coordinator on a real broker. Both are restarted, and
 * messages in the queue are lost.
 */
@Tag("broker")
@Tag("long")
@Timeout(300)
@SuppressWarnings("NullAway.Init") // each test starts its observer
class BranchHistoriesOnBrokerTest {

  private static final String NAME = "bottle";
  private static final int STEPS = 12;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Outcome[] OUTCOMES = {Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED};

  @TempDir Path folder;
  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private BrokerConnection link;
  private ConfirmedPublisher publisher;
  private Index index;
  private Indexer indexer;
  private Coordinator coordinator;
  private Observer observer;
  private int runs;

  @BeforeEach
  void open() throws Exception {
    link = BrokerConnection.forPublishing(broker, "test");
    publisher = new ConfirmedPublisher(link, () -> List.of(Job.DEFAULT_POOL));
    link.start();
    publisher.start();
    Topology.declareAtStart(link, List.of(Job.DEFAULT_POOL));
    startCoordinator();
  }

  @AfterEach
  void close() {
    if (observer != null) {
      observer.close();
    }
    closeCoordinator();
    publisher.close();
    link.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 102, 103})
  void branchHasTheVerdictOfItsTip(int seed) throws Exception {
    Random random = new Random(seed);
    try (History history = new History(folder.resolve("bottle.git"), random)) {
      startObserver(history);
      Map<CommitId, String> verdicts = new HashMap<>();
      for (int step = 0; step < STEPS; step++) {
        history.step();
        switch (random.nextInt(5)) {
          case 0 -> {
            closeCoordinator();
            observer.pollNow(NAME);
            history.step();
            if (random.nextBoolean()) {
              purge();
            }
            startCoordinator();
          }
          case 1 -> {
            observer.close();
            history.step();
            startObserver(history);
          }
          case 2 -> awaitStatuses(history, verdicts);
          default -> observer.pollNow(NAME);
        }
        judgeSome(verdicts, random);
      }
      awaitStatuses(history, verdicts);
    }
  }

  private void startObserver(History history) throws InterruptedException {
    WatchedRepository watched =
        new WatchedRepository(
            JobTerms.of(history.git.asRepository(NAME)),
            List.of(),
            CommitSelection.EVERY,
            1,
            Duration.ofMillis(100));
    observer =
        new Observer(
            new ObserverSettings(
                broker, "test", folder.resolve("state"), List.of(watched), Duration.ofMillis(400)),
            Clock.systemUTC());
    observer.start();
  }

  private void startCoordinator() throws InterruptedException {
    index = Index.open(folder.resolve("index/assay.db"));
    indexer = new Indexer(index, reader(), () -> coordinator.isActive(), Clock.systemUTC());
    coordinator =
        new Coordinator(
            new CoordinatorSettings(broker, "test", folder.resolve("results")),
            indexer,
            Clock.systemUTC());
    coordinator.start();
    indexer.start();
  }

  private void closeCoordinator() {
    coordinator.close();
    indexer.close();
    index.close();
  }

  /** Deletes the messages that are on their way to the coordinator. */
  private void purge() throws Exception {
    try (Channel channel = link.awaitOpen().createChannel()) {
      channel.queuePurge(Topology.RESULTS_QUEUE);
    }
  }

  private void judgeSome(Map<CommitId, String> verdicts, Random random) throws Exception {
    for (Job job : owed()) {
      if (random.nextBoolean()) {
        Outcome outcome = OUTCOMES[random.nextInt(OUTCOMES.length)];
        judge(job, outcome);
        verdicts.put(job.commit(), outcome.word());
      }
    }
  }

  private void judge(Job job, Outcome outcome) throws Exception {
    String run = "run-" + runs++;
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Result result =
        new Result(
            job.id(),
            new RunId(run, 1),
            new Conclusion(outcome, null, null, outcome.word()),
            new Execution("host-1", job.queuedAt(), now, now, Map.of()),
            new Findings(null, new FileSummary(0, false, null), null),
            job);
    publisher.publishAll(
        List.of(
            OutgoingMessage.started(new RunStarted(job.id(), run, "host-1", now)),
            OutgoingMessage.result(result)));
    await().atMost(LIMIT).until(() -> reader().verdict(NAME, job.commit()).isPresent());
  }

  private void awaitStatuses(History history, Map<CommitId, String> verdicts) {
    observer.pollNow(NAME);
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(statuses()).isEqualTo(history.statuses(verdicts)));
  }

  private Map<String, String> statuses() {
    Map<String, String> statuses = new HashMap<>();
    for (BranchLine branch : index.commits().branches(NAME, 1_000)) {
      Outcome outcome = branch.outcome();
      statuses.put(branch.ref(), outcome == null ? "none" : outcome.word());
    }
    return statuses;
  }

  private List<Job> owed() {
    return reader().repositories().contains(NAME) ? reader().pending(NAME) : List.of();
  }

  private ResultReader reader() {
    return new ResultReader(folder.resolve("results"));
  }
}
