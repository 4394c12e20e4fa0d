package ci.assay.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.testing.TestBroker;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host of its own, and waits")
@Tag("broker")
class CoordinatorTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final CoordinatorTimings TIMINGS =
      CoordinatorTimings.DEFAULT.sweepingAfter(Duration.ofMillis(500));

  @TempDir Path folder;
  private Path results = Path.of("");
  private BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private BrokerConnection link = BrokerConnection.forPublishing(broker, "test");
  private ConfirmedPublisher publisher =
      new ConfirmedPublisher(link, () -> List.of(Job.DEFAULT_POOL));
  private Coordinator coordinator = coordinator(new Counting());

  /** Counts how often each result and verdict was announced. */
  private static final class Counting implements VerdictListener {
    final Map<String, Integer> results = new ConcurrentHashMap<>();
    final Map<String, Integer> verdicts = new ConcurrentHashMap<>();

    @Override
    public void resultStored(Result result) {
      results.merge(result.id().toString(), 1, Integer::sum);
    }

    @Override
    public void verdictStored(Verdict verdict) {
      verdicts.merge(verdict.commit().value(), 1, Integer::sum);
    }
  }

  @BeforeEach
  void start() throws Exception {
    results = folder.resolve("results");
    link.start();
    publisher.start();
    coordinator = coordinator(VerdictListener.none());
    coordinator.start();
  }

  @AfterEach
  void stop() {
    coordinator.close();
    publisher.close();
    link.close();
  }

  @Test
  void publishedMessagesBecomeAVerdictFile() throws Exception {
    Job job = Given.job(1);
    publish(OutgoingMessage.job(job));
    await().atMost(LIMIT).until(() -> reader().pending().equals(List.of(job)));
    publish(Given.started(job, "run-1"), piece(job, "run-1"), result(job, "run-1"));
    await().atMost(LIMIT).until(() -> !reader().newest(10).isEmpty());
    assertThat(reader().newest(10)).extracting(Verdict::outcome).containsExactly(Outcome.PASSED);
    assertThat(reader().log("bottle", job.commit(), "default")).hasContent(Given.LOG);
    assertThat(reader().pending()).isEmpty();
  }

  @Test
  void eachJobOfABurstIsJudgedOnceAlthoughTheCoordinatorIsStoppedAndKilled() throws Exception {
    coordinator.close();
    Counting counting = new Counting();
    List<Job> jobs = IntStream.range(0, 300).mapToObj(Given::job).toList();
    for (Job job : jobs) {
      publish(
          OutgoingMessage.job(job),
          Given.started(job, "run-1"),
          piece(job, "run-1"),
          result(job, "run-1"));
    }
    for (int threshold : List.of(50, 150)) {
      coordinator = coordinator(counting);
      coordinator.start();
      await().atMost(LIMIT).until(() -> counting.results.size() >= threshold);
      if (threshold == 50) {
        coordinator.close();
      } else {
        kill(coordinator);
      }
    }
    coordinator = coordinator(counting);
    coordinator.start();
    await().atMost(LIMIT).until(() -> reader().newest(1000).size() == 300);
    await().atMost(LIMIT).until(this::nothingIsLeftInTheQueue);

    assertThat(counting.results).allSatisfy((id, times) -> assertThat(times).isOne());
    assertThat(reader().pending()).isEmpty();
    for (Job job : jobs) {
      assertThat(reader().log("bottle", job.commit(), "default")).hasContent(Given.LOG);
    }
    try (Stream<Path> all = Files.walk(results.resolve("bottle"))) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(300 * 4);
    }
  }

  @Test
  void resultOfASecondRunIsKeptAsAnAttempt() throws Exception {
    Job job = Given.job(1);
    publish(
        OutgoingMessage.job(job),
        Given.started(job, "run-1"),
        Given.started(job, "run-2"),
        piece(job, "run-1"),
        result(job, "run-1"));
    await().atMost(LIMIT).until(() -> !reader().newest(10).isEmpty());
    publish(piece(job, "run-2"), result(job, "run-2"), result(job, "run-2"));
    Path attempts = results.resolve(job.id().toString()).resolve("attempts.jsonl");
    await().atMost(LIMIT).until(this::nothingIsLeftInTheQueue);
    await().atMost(LIMIT).until(() -> Files.exists(attempts));
    coordinator.close(); // stores what it has in hand
    assertThat(attempts).content().containsOnlyOnce("run-2").hasLineCount(1);
    assertThat(reader().results("bottle", job.commit()))
        .extracting(Result::run)
        .containsExactly("run-1");
  }

  @Test
  void unreadableMessageIsKeptWithTheReasonAndBlocksNothing() throws Exception {
    Job job = Given.job(1);
    publish(raw("bad/1", "nonsense"), raw("bad/2", "{\"type\":\"result\",\"version\":9}"));
    publish(
        OutgoingMessage.job(job),
        Given.started(job, "run-1"),
        piece(job, "run-1"),
        result(job, "run-1"));
    await().atMost(LIMIT).until(() -> !reader().newest(10).isEmpty());
    await().atMost(LIMIT).until(() -> dead().size() == 4);
    assertThat(dead("bad_1.json")).content().isEqualTo("nonsense");
    assertThat(dead("bad_1.reason.txt"))
        .content()
        .contains("reason: not JSON", "queue: assay.results", "id: bad/1");
    assertThat(dead("bad_2.reason.txt"))
        .content()
        .contains("reason: version 9 of 'result' is not understood");
    assertThat(dead("bad_1.json").getFileName().toString())
        .matches("[0-9]{8}T[0-9.]{10}Z-bad_1\\.json");
  }

  @Test
  void messagesThatAreNotBelievedDelayNoResult() throws Exception {
    List<OutgoingMessage> forged = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Job unknown = Given.job(1_000 + i);
      forged.add(Given.started(unknown, "run-" + i));
      forged.add(piece(unknown, "run-" + i));
      forged.add(result(unknown, "run-" + i));
      forged.add(raw("bad/" + i, "nonsense"));
    }
    publisher.publishAll(forged);
    Job job = Given.job(1);
    publish(
        OutgoingMessage.job(job),
        Given.started(job, "run-1"),
        piece(job, "run-1"),
        result(job, "run-1"));
    await().atMost(LIMIT).until(() -> !reader().newest(10).isEmpty());
    assertThat(reader().newest(10)).extracting(Verdict::commit).containsExactly(job.commit());
  }

  @Test
  void jobThatTheBrokerGaveUpGoesBackToItsPool() throws Exception {
    byte[] job = Codec.encode(Given.job(1));
    publish(OutgoingMessage.job(Given.job(1)));
    await().atMost(LIMIT).until(() -> reader().pending().equals(List.of(Given.job(1))));
    try (Channel channel = link.awaitOpen().createChannel()) {
      channel.queuePurge(Topology.jobsQueue("default"));
    }
    publish(
        new OutgoingMessage(
            Topology.DEAD, "default", "a job", OutgoingMessage.JSON, Map.of("x", 1), job));
    await().atMost(LIMIT).until(() -> waitingIn(Topology.jobsQueue("default")) == 1);
    await().atMost(LIMIT).until(() -> reader().pending().equals(List.of(Given.job(1))));
    assertThat(dead()).isEmpty();
  }

  @Test
  void jobThatTheBrokerLostIsPublishedAgain() throws Exception {
    publish(OutgoingMessage.job(Given.job(1)));
    await().atMost(LIMIT).until(() -> reader().pending().equals(List.of(Given.job(1))));
    try (Channel channel = link.awaitOpen().createChannel()) {
      channel.queuePurge(Topology.jobsQueue("default"));
    }
    await().atMost(LIMIT).until(() -> waitingIn(Topology.jobsQueue("default")) == 1);
    try (Channel channel = link.awaitOpen().createChannel()) {
      channel.queueDelete(Topology.jobsQueue("default"));
    }
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> waitingIn(Topology.jobsQueue("default")) == 1);
  }

  @Test
  void nothingIsConsumedWhileTheDiskFailsAndAllIsStoredAfterwards() throws Exception {
    Path temporary = results.resolve(".tmp");
    Path away = folder.resolve("away");
    Files.move(temporary, away);
    Files.writeString(temporary, "in the way");
    for (int i = 0; i < 20; i++) {
      publish(
          OutgoingMessage.job(Given.job(i)),
          Given.started(Given.job(i), "run-1"),
          result(Given.job(i), "run-1"),
          piece(Given.job(i), "run-1"));
    }
    await().atMost(LIMIT).until(() -> consumers() == 0);
    assertThat(reader().newest(100)).isEmpty();
    Files.delete(temporary);
    Files.move(away, temporary);
    await().atMost(LIMIT).until(() -> reader().newest(100).size() == 20);
    await().atMost(LIMIT).until(this::nothingIsLeftInTheQueue);
  }

  @Test
  void unwritableFolderIsReportedInOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    CoordinatorSettings settings = new CoordinatorSettings(broker, "test", file.resolve("results"));
    try (Coordinator other = new Coordinator(settings, VerdictListener.none(), Clock.systemUTC())) {
      assertThatThrownBy(other::start)
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining("cannot write results in " + file.resolve("results"))
          .hasMessageContaining("--results")
          .message()
          .doesNotContain("\n");
    }
  }

  private Coordinator coordinator(VerdictListener listener) {
    CoordinatorSettings settings = new CoordinatorSettings(broker, "test", results, TIMINGS);
    return new Coordinator(settings, listener, Clock.systemUTC());
  }

  /** Closes with a pending interrupt, so that it does not wait for deliveries in hand. */
  private static void kill(Coordinator coordinator) {
    Thread.currentThread().interrupt();
    coordinator.close();
    assertThat(Thread.interrupted()).isTrue();
  }

  private ResultReader reader() {
    return new ResultReader(results);
  }

  private List<Path> dead() throws IOException {
    return ResultsFolder.list(results.resolve(".dead"));
  }

  private Path dead(String end) throws IOException {
    return dead().stream().filter(file -> file.toString().endsWith(end)).findAny().orElseThrow();
  }

  private void publish(OutgoingMessage... messages) throws Exception {
    publisher.publishAll(List.of(messages));
  }

  private static OutgoingMessage piece(Job job, String run) {
    return OutgoingMessage.logPiece(job.id(), run, 0, Given.gzip(Given.LOG));
  }

  private static OutgoingMessage result(Job job, String run) {
    return OutgoingMessage.result(Given.result(job, run, Outcome.PASSED));
  }

  private static OutgoingMessage raw(String id, String body) {
    return new OutgoingMessage(
        Topology.RESULTS, "result", id, OutgoingMessage.JSON, Map.of(), body.getBytes(UTF_8));
  }

  private boolean nothingIsLeftInTheQueue() throws Exception {
    return depth().getMessageCount() == 0;
  }

  private int consumers() throws Exception {
    return depth().getConsumerCount();
  }

  private DeclareOk depth() throws Exception {
    return depth(Topology.RESULTS_QUEUE);
  }

  private int waitingIn(String queue) throws Exception {
    return depth(queue).getMessageCount();
  }

  private DeclareOk depth(String queue) throws Exception {
    try (Channel channel = link.awaitOpen().createChannel()) {
      return channel.queueDeclarePassive(queue);
    }
  }
}
