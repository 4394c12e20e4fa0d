package ci.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.message.InlineFiles;
import ci.assay.message.Presence;
import ci.assay.message.RunReturned;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.SmallDisk;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import ci.assay.worker.command.Alive;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.settings.WorkerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A worker on a real broker, with real repositories and processes. */
@Timeout(120)
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host and a folder of its own, and waits")
@Tag("broker")
class WorkerTest {

  /** Short, because no broker restarts here; RunCoordinationTest tests that. */
  private static final Duration REASSEMBLY = Duration.ofSeconds(2);

  @TempDir Path folder;

  private final BlockingQueue<IncomingMessage> answers = new LinkedBlockingQueue<>();
  private BrokerAddress broker;
  private BrokerConnection link;
  private ConfirmedPublisher publisher;
  private QueueConsumer coordinator;
  private TestRepository repository;
  private @Nullable Worker worker;

  @BeforeEach
  void open() throws InterruptedException {
    broker = TestBroker.shared().newVirtualHost();
    link = BrokerConnection.forConsuming(broker, "test");
    link.start();
    Topology.declareAtStart(link, List.of("default"));
    publisher = new ConfirmedPublisher(link, () -> List.of("default"));
    publisher.start();
    coordinator =
        new QueueConsumer(
            link,
            publisher,
            new QueueConsumer.Settings(List.of(Topology.RESULTS_QUEUE), List.of(), "c", 50, 1),
            message -> {
              answers.add(message);
              return Disposition.ack();
            });
    coordinator.start();
    repository = TestRepository.in(folder.resolve("bottle.git"));
  }

  @AfterEach
  void close() {
    if (worker != null) {
      worker.close();
    }
    coordinator.close();
    publisher.close();
    link.close();
    repository.close();
  }

  @Test
  void aCommitGetsItsLogAndThenItsResult() throws Exception {
    CommitId commit =
        repository.commit(
            "tests",
            Map.of(
                "test/test_it.py",
                """
                import os, unittest
                class T(unittest.TestCase):
                    def test_good(self): print(os.environ['ASSAY_JOB'])
                    def test_bad(self): print('long ' * 4_000); self.fail()
                """));
    start(settings());
    publish(job(commit, null));
    IncomingMessage log = next(Topology.KEY_LOG);
    assertThat(unzipped(log)).contains("bottle/" + commit + "/default", "FAILED (failures=1)");
    IncomingMessage cases = next(Topology.KEY_LOG);
    Result result = result();
    assertThat(log.headers())
        .containsEntry(OutgoingMessage.HEADER_RUN, result.run())
        .containsEntry(OutgoingMessage.HEADER_OFFSET, 0L)
        .doesNotContainKey(OutgoingMessage.HEADER_FILE);
    assertThat(cases.headers())
        .containsEntry(OutgoingMessage.HEADER_RUN, result.run())
        .containsEntry(OutgoingMessage.HEADER_OFFSET, 0L)
        .containsEntry(OutgoingMessage.HEADER_FILE, "tests");
    TestCase bad = Codec.decodeTestCase(unzipped(cases).lines().findFirst().orElseThrow());
    assertThat(bad.name() + " " + bad.outcome()).isEqualTo("test_bad FAILED");
    assertThat(bad.stack()).contains("test_it.py", "self.fail()");
    assertThat(result.cases()).isEqualTo(new FileSummary(unzipped(cases).length(), false, null));
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.summary()).matches("2 tests, 1 failed; first failing: \\w+\\.test_bad");
    assertThat(result.command())
        .isEqualTo(
            new Conclusion.Command(
                "python3 -m unittest discover -s test", Conclusion.Source.DETECTED));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.tests()).isEqualTo(new TestCounts(2, 1, 0, 0));
    assertThat(result.log().bytes()).isEqualTo(unzipped(log).length());
    assertThat(result.worker()).isEqualTo("host-1");
    assertThat(result.phasesMillis())
        .containsOnlyKeys("fetch", "checkout", "start", "test", "report");
    assertThat(result.about()).isEqualTo(job(commit, null));
  }

  @Test
  void aCommitCanBeDescribedByItsTags() throws Exception {
    CommitId tagged = repository.commit("tagged", Map.of("a", "1"));
    repository.tag("v1.0", tagged);
    repository.git("tag", "light", tagged.value());
    CommitId commit = repository.commit("next", Map.of("a", "2"));
    start(settings());
    publish(job(commit, "git describe && git describe --tags light && git status --porcelain"));
    String log = filesOf(next(Topology.KEY_RESULT)).log();
    assertThat(Objects.requireNonNull(log).lines())
        .containsExactly("v1.0-1-g" + commit.value().substring(0, 7), "v1.0");
  }

  @Test
  void theCommitsOwnFileGoesBeforeTheJobs() throws Exception {
    CommitId commit = repository.commit("file", Map.of(".assay.yml", "test: exit 7\n"));
    start(settings());
    publish(job(commit, "exit 8"));
    assertThat(result().exitCode()).isEqualTo(7);
  }

  @Test
  void itsOwnTimeoutEndsIt() throws Exception {
    CommitId commit =
        repository.commit("slow", Map.of(".assay.yml", "test: sleep 50\ntimeout: 300ms\n"));
    start(settings());
    publish(job(commit, null));
    Result result = result();
    assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(result.summary()).isEqualTo("timed out after 300 ms");
  }

  @Test
  void whatTheCommitGotWrongIsErroredAtOnce() throws Exception {
    CommitId typo = repository.commit("typo", Map.of(".assay.yml", "tests: make\n"));
    CommitId nothing = repository.commitObject(List.of(), "nothing", Map.of("README", ""));
    repository.branch("nothing", nothing);
    start(settings());
    publish(job(typo, "true"));
    Result result = result();
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause())
        .isEqualTo(".assay.yml line 1, column 1: unknown key 'tests'; did you mean 'test'?");
    publish(job(nothing, null, "refs/heads/nothing"));
    assertThat(result().cause()).startsWith("found nothing to test: add a line such as");
  }

  @Test
  @Tag("long")
  void aRepositoryThatIsGoneFromItsServerIsErroredAfterAFewTries() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    start(settings());
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      Repository gone = new Repository("bottle", server.url("gone.git"));
      publish(job(gone, commit, "true", TestRepository.MAIN));
      Result result = result();
      assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
      assertThat(result.cause()).contains("gone.git");
    }
  }

  @Test
  void aMessageThatIsNoJobIsParkedAndTheNextIsRun() throws Exception {
    start(settings());
    publisher.publishAll(
        List.of(
            new OutgoingMessage(
                Topology.JOBS,
                "default",
                "odd",
                OutgoingMessage.JSON,
                Map.of(),
                "{}".getBytes(UTF_8))));
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    publish(job(commit, "true"));
    assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  void slotsWorkSideBySide() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path meeting = folder.resolve("meeting");
    start(settings(2, Duration.ofSeconds(30)));
    String meet = "touch %s.%s; while [ ! -e %s.%s ]; do sleep 0.1; done";
    publish(job(commit, meet.formatted(meeting, "a", meeting, "b")));
    publish(job("b", commit, meet.formatted(meeting, "b", meeting, "a")));
    assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
    assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  @Tag("long")
  void aSecondWorkerOnOneFolderIsRefusedAndWorksWithAFolderAndANameOfItsOwn() throws Exception {
    start(settings());
    try (Worker second = new Worker(settings(), RunListener.none(), Clock.systemUTC())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining("another worker is using " + folder.resolve("work"))
          .hasMessageEndingWith("--work DIR --name NAME");
    }
    try (Worker second = new Worker(beside(), RunListener.none(), Clock.systemUTC())) {
      second.start();
      CommitId commit = repository.commit("one", Map.of("a", "1"));
      Path meeting = folder.resolve("meeting");
      String meet = "touch %s.%s; while [ ! -e %s.%s ]; do sleep 0.1; done";
      publish(job(commit, meet.formatted(meeting, "a", meeting, "b")));
      publish(job("b", commit, meet.formatted(meeting, "b", meeting, "a")));
      assertThat(List.of(result().worker(), result().worker()))
          .as("workers that ran at the same time")
          .containsExactlyInAnyOrder("host-1", "host-2");
    }
  }

  @Test
  void drainingFinishesTheRunInHandAndTakesNoMore() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    start(settings());
    publish(job(commit, "echo started; sleep 1"));
    publish(job("second", commit, "true"));
    await().until(() -> logs().length == 1);
    assertThat(running().drain()).isTrue();
    running().close();
    assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
    start(settings());
    assertThat(result().id().variant()).isEqualTo("second");
  }

  @Test
  void aRunThatOutlivesTheDrainLimitIsKilledAndItsJobGoesBack() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path again = folder.resolve("again");
    start(settings(1, Duration.ofMillis(200)));
    publish(job(commit, "[ -e " + again + " ] && exit 5; echo $$ > " + again + "; sleep 60"));
    await().until(() -> Files.exists(again) && Files.size(again) > 0);
    assertThat(running().drain()).isFalse();
    running().close();
    assertThat(Alive.is(Files.readString(again).strip())).isFalse();
    RunReturned returned = Codec.decode(next(Topology.KEY_RETURNED).body(), RunReturned.class);
    assertThat(returned.trouble()).isFalse();
    assertThat(answers.stream().filter(WorkerTest::isResult)).isEmpty();
    start(settings());
    assertThat(result().exitCode()).isEqualTo(5);
  }

  @Test
  void whatTheSpoolHeldIsDeliveredAtTheNextStart() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    start(settings());
    publish(job(commit, "echo hello"));
    IncomingMessage first = next(Topology.KEY_RESULT);
    Result result = Codec.decode(first.body(), Result.class);
    await().until(() -> running().drain());
    running().close();
    Path file = folder.resolve("work/spool/" + result.run() + ".json");
    Files.write(file, Codec.encode(result));
    start(settings());
    assertThat(next(Topology.KEY_RESULT).body()).isEqualTo(first.body());
    assertThat(filesOf(first)).isEqualTo(new InlineFiles("hello\n", null));
    await().until(() -> !Files.exists(file));
  }

  @Test
  void aResultThatFoundNoBrokerIsDeliveredAfterARestart() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path go = folder.resolve("go");
    try (TcpProxy proxy = TcpProxy.to(broker)) {
      start(settings(proxy.address(), 1, Duration.ofSeconds(30)));
      publish(job(commit, "echo on; while [ ! -e " + go + " ]; do sleep 0.1; done"));
      await().until(() -> logs().length == 1);
      proxy.refuse();
      Files.createFile(go);
      Path spool = folder.resolve("work/spool");
      await().until(() -> spool.toFile().list().length == 1);
      running().close();
    }
    start(settings());
    assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
  }

  @Test
  void itSaysWhatItDoes() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path go = folder.resolve("go");
    BlockingQueue<Presence> said = new LinkedBlockingQueue<>();
    try (ControlChannel control =
        new ControlChannel(
            link,
            link,
            "test",
            List.of(Binding.presence()),
            received -> said.add((Presence) received.message()),
            () -> {})) {
      control.start();
      await().until(() -> !control.listeningFor().isZero());
      start(settings());
      Presence first = presence(said, each -> true);
      assertThat(first.worker()).isEqualTo("host-1");
      assertThat(first.instance()).startsWith("host-1@");
      assertThat(first.slots()).isEqualTo(1);
      assertThat(first.pools()).containsExactly("default");
      assertThat(first.freeBytes()).isPositive().isLessThan(Long.MAX_VALUE);
      assertThat(first.takesNothing()).isNull();
      publish(job(commit, "while [ ! -e " + go + " ]; do sleep 0.1; done"));
      Presence.Underway run = presence(said, each -> !each.running().isEmpty()).running().get(0);
      assertThat(run.job()).isEqualTo(job(commit, null).id());
      Files.createFile(go);
      assertThat(result().run()).isEqualTo(run.run());
      Presence idle = presence(said, each -> each.running().isEmpty());
      assertThat(idle.leaves()).isFalse();
      running().close();
      worker = null;
      assertThat(presence(said, Presence::leaves).instance()).isEqualTo(first.instance());
    }
  }

  @Test
  void aFullDiskSendsJobsElsewhereUntilThereIsRoomAgain() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("work"), 24);
    if (mounted.isEmpty()) {
      return;
    }
    try (SmallDisk disk = mounted.get()) {
      start(withMinFree(settings(), 8L << 20));
      String once = folder.resolve("once").toString();
      publish(
          job(
              commit,
              "[ -e %s ] || { touch %s; head -c 100m /dev/zero > \"$HOME/big\"; }"
                  .formatted(once, once)));
      RunReturned returned = Codec.decode(next(Topology.KEY_RETURNED).body(), RunReturned.class);
      assertThat(returned.trouble()).isTrue();
      assertThat(returned.reason()).startsWith("the disk is full");
      publish(job("second", commit, "true"));
      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(answers.stream().filter(WorkerTest::isResult)).isEmpty());
      Files.delete(big(disk.path()));
      assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
      assertThat(result().outcome()).isEqualTo(Outcome.PASSED);
      running().close();
      worker = null;
    }
  }

  private static Path big(Path work) throws IOException {
    try (Stream<Path> all = Files.walk(work.resolve("homes"))) {
      return all.filter(each -> each.endsWith("big")).findFirst().orElseThrow();
    }
  }

  private static WorkerSettings withMinFree(WorkerSettings settings, long bytes) {
    return new WorkerSettings(
        settings.broker(),
        settings.name(),
        settings.capacity(),
        settings.limits(),
        settings.work(),
        settings.disk().withMinFree(bytes));
  }

  private static Presence presence(BlockingQueue<Presence> said, Predicate<Presence> wanted)
      throws InterruptedException {
    while (true) {
      Presence next = said.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a presence as wanted").isNotNull();
      if (next != null && wanted.test(next)) {
        return next;
      }
    }
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private void start(WorkerSettings settings) throws InterruptedException {
    Worker started = new Worker(settings, RunListener.none(), Clock.systemUTC());
    worker = started;
    started.start();
  }

  private Worker running() {
    return java.util.Objects.requireNonNull(worker);
  }

  private String[] logs() {
    String[] names = folder.resolve("work/logs").toFile().list();
    return names == null ? new String[0] : names;
  }

  private WorkerSettings settings() {
    return settings(1, Duration.ofSeconds(30));
  }

  private WorkerSettings settings(int slots, Duration drainLimit) {
    return settings(broker, slots, drainLimit);
  }

  private WorkerSettings settings(BrokerAddress address, int slots, Duration drainLimit) {
    return new WorkerSettings(
        address,
        "host-1",
        new WorkerSettings.Capacity(slots, List.of("default")),
        new WorkerSettings.Limits(Duration.ofMinutes(5), 3, drainLimit, REASSEMBLY),
        folder.resolve("work"),
        WorkerSettings.Disk.DEFAULT);
  }

  /** With what the refusal of a second worker says it needs. */
  private WorkerSettings beside() {
    WorkerSettings first = settings();
    return new WorkerSettings(
        broker,
        "host-2",
        new WorkerSettings.Capacity(1, first.pools()),
        new WorkerSettings.Limits(first.timeout(), 3, first.drainLimit(), REASSEMBLY),
        folder.resolve("work-2"),
        WorkerSettings.Disk.DEFAULT);
  }

  private Job job(CommitId commit, @Nullable String test) {
    return job(commit, test, TestRepository.MAIN);
  }

  private Job job(CommitId commit, @Nullable String test, String ref) {
    return job(repository.asRepository("bottle"), commit, test, ref);
  }

  private Job job(String variant, CommitId commit, String test) {
    Variant named = new Variant(variant, Map.of());
    return job(repository.asRepository("bottle"), commit, test, TestRepository.MAIN, named);
  }

  private static Job job(Repository where, CommitId commit, @Nullable String test, String ref) {
    return job(where, commit, test, ref, Variant.DEFAULT);
  }

  private static Job job(
      Repository where, CommitId commit, @Nullable String test, String ref, Variant variant) {
    return new Job(
        JobId.of(where.name(), commit, variant.name()),
        new Revision(where, commit, null, List.of(), ref),
        new Task(variant, 1, test, "default", 60),
        new Origin(Instant.EPOCH, "push", null, true));
  }

  private void publish(Job job) throws Exception {
    publisher.publishAll(List.of(OutgoingMessage.job(job)));
  }

  private IncomingMessage next(String key) throws InterruptedException {
    while (true) {
      IncomingMessage message = answers.poll(60, TimeUnit.SECONDS);
      assertThat(message).as("a message with key " + key).isNotNull();
      if (message != null && message.routingKey().equals(key)) {
        return message;
      }
    }
  }

  private Result result() throws InterruptedException {
    return Codec.decode(next(Topology.KEY_RESULT).body(), Result.class);
  }

  private static InlineFiles filesOf(IncomingMessage result) {
    return Codec.inlineFiles(result.body());
  }

  private static boolean isResult(IncomingMessage message) {
    return message.routingKey().equals(Topology.KEY_RESULT);
  }

  private static String unzipped(IncomingMessage log) throws IOException {
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(log.body())).readAllBytes(), UTF_8);
  }
}
