package ci.assay.coordinator.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.LiveLogPiece;
import ci.assay.broker.control.LiveLogPublisher;
import ci.assay.coordinator.Given;
import ci.assay.message.WatchRequest;
import ci.assay.model.JobId;
import ci.assay.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Watches on a real broker; a simulated worker answers each watch request with parts of a text. */
@Timeout(180)
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host of its own, and waits")
@Tag("broker")
class LiveLogsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JobId JOB = Given.job(1).id();
  private static final JobId OTHER = Given.job(2).id();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<WatchRequest> watches = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** A listener that collects its bytes as one text. */
  private static final class Watcher implements LiveListener {
    private final StringBuilder text = new StringBuilder();
    private volatile boolean isOver;

    @Override
    public synchronized void received(String run, long offset, byte[] bytes, boolean end) {
      text.append(new String(bytes, UTF_8));
      isOver |= end;
    }

    synchronized String text() {
      return text.toString();
    }
  }

  @Test
  void watcherGetsTheWholeOutputOfARun() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    LiveLogs logs = logs(broker);
    worker(broker, JOB, "r1", "one\ntwo\n");
    Watcher watcher = new Watcher();
    AutoCloseable watch = logs.watch(JOB, 0, watcher);
    await().atMost(LIMIT).until(() -> watcher.text().equals("one\ntwo\n") && watcher.isOver);
    watch.close();
    watch.close();
  }

  @Test
  void severalWatchersOfOneJobEachGetWhatTheyLack() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    LiveLogs logs = logs(broker);
    worker(broker, JOB, "r1", "one\ntwo\n");
    worker(broker, OTHER, "r2", "three\n");
    Watcher first = new Watcher();
    logs.watch(JOB, 4, first);
    await().atMost(LIMIT).until(() -> first.text().equals("two\n"));
    Watcher late = new Watcher();
    logs.watch(JOB, 0, late);
    Watcher other = new Watcher();
    logs.watch(OTHER, 0, other);
    await().atMost(LIMIT).until(() -> late.text().equals("one\ntwo\n"));
    await().atMost(LIMIT).until(() -> other.text().equals("three\n"));
    assertThat(first.text()).isEqualTo("two\n");
    assertThat(watches)
        .contains(new WatchRequest(JOB, 4), new WatchRequest(JOB, 0), new WatchRequest(OTHER, 0));
  }

  @Test
  @Tag("long")
  void workersAreNotAskedWhenNobodyWatchesAnyMore() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    LiveLogs logs = logs(broker);
    worker(broker, OTHER, "r2", "three\n");
    AutoCloseable watch = logs.watch(JOB, 0, new Watcher());
    await().atMost(LIMIT).until(() -> watches.size() >= 2);
    watch.close();
    Watcher watcher = new Watcher();
    logs.watch(OTHER, 0, watcher);
    await().atMost(LIMIT).until(() -> watcher.isOver);
    watches.clear();
    await().atMost(LIMIT).until(() -> !watches.isEmpty());
    assertThat(watches).containsOnly(new WatchRequest(OTHER, 6));
  }

  @Test
  void listenerMayEndItsOwnWatchAndBlocksOthersOnlyBriefly() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    LiveLogs logs = logs(broker);
    worker(broker, JOB, "r1", "one\n");
    CountDownLatch told = new CountDownLatch(1);
    List<AutoCloseable> own = new CopyOnWriteArrayList<>();
    own.add(
        logs.watch(
            JOB,
            0,
            (run, offset, text, end) -> {
              closeAll(own);
              told.countDown();
            }));
    told.await();
    Watcher watcher = new Watcher();
    logs.watch(JOB, 0, watcher);
    await().atMost(LIMIT).until(() -> watcher.text().equals("one\n"));
  }

  @Test
  @Tag("own-broker")
  void watchContinuesAfterTheBrokerIsRestarted() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      LiveLogs logs = logs(broker.address());
      List<LiveLogPiece> pieces = new CopyOnWriteArrayList<>();
      pieces.add(piece(JOB, "r1", 0, "before\n"));
      worker(broker.address(), watch -> pieces);
      Watcher watcher = new Watcher();
      logs.watch(JOB, 0, watcher);
      await().atMost(LIMIT).until(() -> watcher.text().equals("before\n"));

      broker.stop();
      broker.start();
      pieces.add(piece(JOB, "r1", 7, "after\n"));
      await().atMost(LIMIT).until(() -> watcher.text().equals("before\nafter\n"));
      close();
      open.clear();
    }
  }

  private static void closeAll(List<AutoCloseable> all) {
    try {
      for (AutoCloseable each : all) {
        each.close();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void piecesFromAnotherWorkersUserAreNotShown() throws Exception {
    BrokerAddress broker = TestBroker.administered().newVirtualHost();
    LiveLogs logs = logs(broker, (job, run, user) -> user.equals("worker.honest"));
    worker(user(broker, "worker.evil"), JOB, "r1", "all is well\n");
    worker(user(broker, "worker.evil"), JOB, "r2", "of a later run\n");
    Watcher watcher = new Watcher();
    logs.watch(JOB, 0, watcher);
    await().atMost(LIMIT).until(() -> watches.size() >= 4); // so that the first was answered
    worker(user(broker, "worker.honest"), JOB, "r1", "broken\n");
    await().atMost(LIMIT).until(() -> watcher.isOver);
    assertThat(watcher.text()).isEqualTo("broken\n");
  }

  private static BrokerAddress user(BrokerAddress broker, String name) {
    return TestBroker.administered().withUser(broker, name, TestBroker.Permissions.ALL);
  }

  private LiveLogs logs(BrokerAddress broker) throws InterruptedException {
    return logs(broker, (job, run, user) -> true);
  }

  private LiveLogs logs(BrokerAddress broker, LiveLogs.Gate gate) throws InterruptedException {
    BrokerConnection consuming = link(BrokerConnection.forConsuming(broker, "coordinator"));
    BrokerConnection publishing = link(BrokerConnection.forPublishing(broker, "coordinator"));
    Topology.declareAtStart(consuming, List.of());
    ControlChannel control = control(consuming, publishing, received -> {});
    LiveLogs logs = new LiveLogs(consuming, "coordinator", control::announce, gate);
    logs.start();
    open.add(logs);
    return logs;
  }

  /** Simulates a worker whose run of a job has printed a text and is over. */
  private void worker(BrokerAddress broker, JobId job, String run, String text) {
    worker(
        broker,
        watch ->
            watch.id().equals(job)
                ? List.of(
                    piece(job, run, 0, text),
                    new LiveLogPiece(job, run, text.length(), new byte[0], true))
                : List.of());
  }

  private interface Answer {
    List<LiveLogPiece> to(WatchRequest watch);
  }

  private void worker(BrokerAddress broker, Answer answer) {
    BrokerConnection consuming = link(BrokerConnection.forConsuming(broker, "worker"));
    BrokerConnection publishing = link(BrokerConnection.forPublishing(broker, "worker"));
    LiveLogPublisher publisher = new LiveLogPublisher(publishing, "worker");
    control(
        consuming,
        publishing,
        watch -> {
          watches.add(watch);
          answer.to(watch).forEach(piece -> send(publisher, piece));
        });
  }

  private static void send(LiveLogPublisher publisher, LiveLogPiece piece) {
    try {
      publisher.send(piece);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ControlChannel control(
      BrokerConnection consuming, BrokerConnection publishing, Consumer<WatchRequest> watched) {
    ControlChannel control =
        new ControlChannel(
            consuming,
            publishing,
            "test",
            List.of(Binding.coordinator()),
            received -> {
              if (received.message() instanceof WatchRequest watch) {
                watched.accept(watch);
              }
            },
            () -> {});
    control.start();
    open.add(control);
    await().atMost(LIMIT).until(() -> !control.listeningFor().isZero());
    return control;
  }

  private BrokerConnection link(BrokerConnection link) {
    link.start();
    open.add(link);
    return link;
  }

  private static LiveLogPiece piece(JobId job, String run, long offset, String text) {
    return new LiveLogPiece(job, run, offset, text.getBytes(UTF_8), false);
  }
}
