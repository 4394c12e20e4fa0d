package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartReply.Decision;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import ci.assay.wire.Codec;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.FinishedRun;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import com.github.f4b6a3.ulid.UlidCreator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Tag("broker")
class RunCoordinationTest {

  private static final CommitId COMMIT = new CommitId("4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610");
  private static final JobId ID = JobId.of("bottle", COMMIT, "default");
  private static final Job JOB =
      new Job(
          ID,
          new Revision(
              new Repository("bottle", "/srv/bottle.git"),
              COMMIT,
              null,
              List.of(),
              "refs/heads/main"),
          new Task(Variant.DEFAULT, 1, "true", "default", 60),
          new Origin(Instant.EPOCH, "push", null));

  /** Longer than a test may take. */
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;

  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<StartRequest> questions = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** Short, because in some tests there is no coordinator to wait for. */
  private Duration answerLimit = Duration.ofMillis(250);

  /** The run coordination of one worker. */
  private final class Party {
    final ActiveRuns runs = new ActiveRuns(Clock.systemUTC());
    final List<Message> published = new CopyOnWriteArrayList<>();
    final List<String> pieces = new CopyOnWriteArrayList<>();
    final RunFiles logs;
    final Spool spool;
    final RunCoordination coordination;

    /** A worker that waits for no others to reconnect. */
    Party(String name, BrokerAddress address) throws Exception {
      this(name, address, Duration.ZERO);
    }

    /**
     * @param reassembly how long others may take to reconnect after the broker restarted
     */
    Party(String name, BrokerAddress address, Duration reassembly) throws Exception {
      WorkFolder work = new WorkFolder(folder.resolve(name));
      work.create();
      work.prepare();
      logs = new RunFiles(work, 1_000, Clock.systemUTC());
      spool = new Spool(work.spool(), logs);
      spool.load();
      BrokerConnection consuming = link(BrokerConnection.forConsuming(address, name));
      BrokerConnection publishing = link(BrokerConnection.forPublishing(address, name));
      WorkerSettings settings =
          new WorkerSettings(
              address,
              name,
              new WorkerSettings.Capacity(1, List.of("default")),
              new WorkerSettings.Limits(Duration.ofMinutes(1), 3, Duration.ZERO),
              work.root(),
              WorkerSettings.Disk.DEFAULT);
      coordination =
          new RunCoordination(
              settings.reassemblingIn(reassembly),
              new RunCoordination.BrokerAccess(consuming, publishing, this::publish, answerLimit),
              runs,
              spool,
              Clock.systemUTC());
      open.add(coordination);
      coordination.start();
      await().until(() -> coordination.control().listeningFor().toMillis() > 0);
    }

    private CompletableFuture<Void> publish(OutgoingMessage message) {
      if (message.contentType().equals(OutgoingMessage.JSON)) {
        published.add(Codec.decode(message.body()));
      } else {
        pieces.add(message.id());
      }
      return CompletableFuture.completedFuture(null);
    }

    int attempt(String run, boolean isRedelivered) throws Exception {
      return coordination.request(new Run(JOB, run), isRedelivered).await();
    }

    Disposition refusal(String run, boolean isRedelivered) {
      CompletableFuture<Disposition> refusal = new CompletableFuture<>();
      assertThatThrownBy(() -> attempt(run, isRedelivered))
          .isInstanceOfSatisfying(RunRefusedException.class, e -> refusal.complete(e.instead()));
      return refusal.join();
    }

    Disposition.Hold hold(String run) {
      return (Disposition.Hold) refusal(run, true);
    }
  }

  private BrokerConnection link(BrokerConnection link) {
    open.add(link);
    link.start();
    return link;
  }

  private static String id() {
    return UlidCreator.getMonotonicUlid().toString();
  }

  /** A coordinator that answers the questions of workers, except those with the answer null. */
  private void coordinator(Function<StartRequest, StartReply> answers) {
    answerLimit = Duration.ofSeconds(20);
    BrokerConnection consuming = link(BrokerConnection.forConsuming(broker, "coordinator"));
    BrokerConnection publishing = link(BrokerConnection.forPublishing(broker, "coordinator"));
    CompletableFuture<ControlChannel> self = new CompletableFuture<>();
    ControlChannel control =
        new ControlChannel(
            consuming,
            publishing,
            "coordinator",
            List.of(Binding.questions(Topology.KEY_ASK)),
            received -> answer(self.join(), received, answers),
            () -> {});
    self.complete(control);
    open.add(control);
    control.start();
    await().until(() -> control.listeningFor().toMillis() > 0);
  }

  private void answer(
      ControlChannel control,
      ReceivedMessage received,
      Function<StartRequest, StartReply> answers) {
    StartRequest ask = (StartRequest) received.message();
    questions.add(ask);
    control.answer(received, answers.apply(ask));
  }

  private static StartReply say(Decision decision, int attempt, String... runs) {
    return new StartReply(ID, decision, attempt, List.of(runs), null);
  }

  private static StartReply elsewhere(boolean settled, String... runs) {
    return new StartReply(ID, Decision.ELSEWHERE, 1, List.of(runs), settled);
  }

  @Test
  void theCoordinatorSaysWhichAttemptItIsAndTheStartIsTold() throws Exception {
    coordinator(ask -> say(Decision.RUN, 2));
    Party one = new Party("one", broker);
    String run = id();
    assertThat(one.attempt(run, false)).isEqualTo(2);
    assertThat(one.published)
        .singleElement()
        .isInstanceOfSatisfying(
            RunStarted.class, started -> assertThat(started.run()).isEqualTo(run));
    assertThat(questions).containsExactly(new StartRequest(ID, run, "one", 3, List.of()));
  }

  @Test
  void withNoCoordinatorThereItBegins() throws Exception {
    assertThat(new Party("one", broker).attempt(id(), false)).isEqualTo(1);
  }

  @Test
  void aWorkerOfAnotherUserStopsNoRunAndAcksNoJobByWhatItSays() throws Exception {
    Party one = new Party("one", broker);
    one.attempt(id(), false);
    Party two = new Party("two", broker);
    Disposition.Hold hold = two.hold(id());

    for (RunNotice.State state : RunNotice.State.values()) {
      for (Party each : List.of(one, two)) {
        each.coordination.received(lie(state));
      }
    }

    assertThat(Thread.interrupted()).as("the run of this thread was stopped").isFalse();
    assertThat(hold.then()).isCompletedWithValueMatching(Disposition.RetryLater.class::isInstance);
  }

  @Test
  void aJobIsAskedAboutAgainWhenAWorkerOfAnotherUserSaysThatItIsDone() throws Exception {
    coordinator(ask -> elsewhere(false, id()));
    Party one = new Party("one", broker);
    CompletableFuture<Disposition> refused =
        CompletableFuture.supplyAsync(() -> one.refusal(id(), true));
    await()
        .until(
            () -> {
              one.coordination.received(lie(RunNotice.State.FINISHED));
              return refused.isDone();
            });
    assertThat(refused.join()).isInstanceOf(Disposition.RetryLater.class);
  }

  @Test
  void aRunIsStoppedWhenTheCoordinatorConfirmsThatItsJobHasAResult() throws Exception {
    List<Decision> decisions = new CopyOnWriteArrayList<>(List.of(Decision.RUN));
    coordinator(ask -> say(decisions.get(decisions.size() - 1), 1));
    Party one = new Party("one", broker);
    one.attempt(id(), false);
    decisions.add(Decision.JUDGED);

    one.coordination.received(lie(RunNotice.State.FINISHED));

    assertThatThrownBy(() -> new CountDownLatch(1).await(20, TimeUnit.SECONDS))
        .isInstanceOf(InterruptedException.class);
  }

  /** What a worker with a broker user of its own says of a run that it does not have. */
  private static ReceivedMessage lie(RunNotice.State state) {
    return new ReceivedMessage(
        new RunNotice(ID, "0".repeat(26), "liar", state, Instant.EPOCH),
        "",
        "",
        "worker.liar",
        false);
  }

  @Test
  void aJobThatHasItsResultIsAcked() throws Exception {
    coordinator(ask -> say(Decision.JUDGED, 1));
    Party one = new Party("one", broker);
    assertThat(one.refusal(id(), false)).isEqualTo(Disposition.ack());
    assertThat(one.published).isEmpty();
  }

  @Test
  void aJobThatAnotherWorkerShallTryGoesBack() throws Exception {
    coordinator(ask -> say(Decision.DEFER, 1));
    assertThat(new Party("one", broker).refusal(id(), true))
        .isInstanceOf(Disposition.HoldThenRetry.class);
  }

  @Test
  void aRedeliveredJobThatNobodyRunsBegins() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    assertThat(one.attempt(id(), true)).isEqualTo(1);
    assertThat(two.runs.all()).isEmpty();
  }

  @Test
  void aJobThatAnotherRunsIsHeldUntilItsResultIsConfirmed() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    String run = id();
    one.attempt(run, false);
    Disposition.Hold hold = two.hold(id());
    assertThat(two.coordination.held()).containsExactly(ID);

    deliver(one, run);

    assertThat(hold.then()).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(Disposition.ack());
    assertThat(two.coordination.held()).isEmpty();
  }

  @Test
  void aJobThatAnotherSlotRunsIsHeldTooUntilThatOneIsDone() throws Exception {
    Party one = new Party("one", broker);
    String run = id();
    one.attempt(run, false);

    Disposition.Hold publishedTwice = (Disposition.Hold) one.refusal(id(), false);
    Disposition.Hold redelivered = one.hold(id());
    assertThat(one.runs.all()).hasSize(1);

    deliver(one, run);
    assertThat(publishedTwice.then()).isCompletedWithValue(Disposition.ack());
    assertThat(redelivered.then()).isCompletedWithValue(Disposition.ack());
  }

  @Test
  void aJobWhoseResultIsConfirmedIsAckedWhenItComesAgain() throws Exception {
    Party one = new Party("one", broker);
    String run = id();
    one.attempt(run, false);
    deliver(one, run);
    assertThat(new Party("two", broker).refusal(id(), true)).isEqualTo(Disposition.ack());
    await()
        .untilAsserted(
            () ->
                assertThat(one.published)
                    .as("the result, in case that it was lost")
                    .anyMatch(each -> each instanceof Result result && result.run().equals(run)));
  }

  @Test
  void aHeldJobGoesBackWhenItsRunEndsWithoutAResult() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    Run run = new Run(JOB, id());
    one.attempt(run.id(), false);
    Disposition.Hold hold = two.hold(id());
    one.coordination.returned(run);
    assertThat(hold.then())
        .succeedsWithin(Duration.ofSeconds(5))
        .isInstanceOf(Disposition.RetryLater.class);
  }

  @Test
  @org.junit.jupiter.api.parallel.Execution(ExecutionMode.CONCURRENT)
  @Tag("long")
  void aHeldJobGoesBackWhenNobodyAnswersForItAnyMore() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    one.attempt(id(), false);
    Disposition.Hold hold = two.hold(id());
    one.coordination.close();
    assertThat(hold.then())
        .succeedsWithin(Duration.ofSeconds(20))
        .isInstanceOf(Disposition.RetryLater.class);
  }

  @Test
  void runsThatNobodyAnswersForAreNamedToTheCoordinator() throws Exception {
    coordinator(
        ask ->
            ask.silent().isEmpty()
                ? say(Decision.ELSEWHERE, 1, "run-of-a-dead-worker")
                : say(Decision.RUN, 2));
    assertThat(new Party("one", broker).attempt(id(), false)).isEqualTo(2);
    assertThat(questions.get(1).silent()).containsExactly("run-of-a-dead-worker");
  }

  @Test
  void ofTwoRunsOfOneJobTheLaterOneGivesWay() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    one.attempt(id(), false);
    CountDownLatch isStopped = new CountDownLatch(1);
    Thread later =
        new Thread(
            () -> {
              try {
                two.attempt(id(), false);
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                isStopped.countDown();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    later.start();
    assertThat(isStopped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(one.runs.all()).hasSize(1);
  }

  @Test
  void aRunWhoseJobHasItsResultIsStopped() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    one.attempt(id(), false);
    Disposition.Hold hold = two.hold(id());
    two.coordination.control().announce(new StopRequest(ID, "cancelled by a person"));
    assertThatThrownBy(() -> new CountDownLatch(1).await())
        .isInstanceOf(InterruptedException.class);
    assertThat(hold.then()).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(Disposition.ack());
  }

  @Test
  void aLogThatIsMissedIsSentAgainOnceItsRunIsOver() throws Exception {
    Party one = new Party("one", broker);
    Party two = new Party("two", broker);
    String over = id();
    String underway = id();
    for (String run : List.of(over, underway)) {
      try (RunLog log = one.logs.begin(run)) {
        log.note("hello");
        log.finish();
      }
    }
    one.attempt(underway, false);
    two.coordination.control().announce(new ResendRequest(ID, underway));
    two.coordination.control().announce(new ResendRequest(ID, id()));
    two.coordination.control().announce(new ResendRequest(ID, over));
    await().untilAsserted(() -> assertThat(one.pieces).containsExactly(over + "@0"));
    assertThat(two.pieces).isEmpty();
  }

  @Test
  void afterAReconnectOthersAreToldWhatIsInHandAndSilenceMeansNothing() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(broker)) {
      Party one = new Party("one", proxy.address(), LONG);
      Party two = new Party("two", proxy.address(), LONG);
      String run = id();
      one.attempt(run, false);
      proxy.refuse();
      proxy.cut();
      await().until(() -> two.coordination.control().listeningFor().isZero());
      CompletableFuture<Disposition> answer =
          CompletableFuture.supplyAsync(() -> two.refusal(id(), true));
      proxy.mend();
      assertThat(answer)
          .succeedsWithin(Duration.ofSeconds(20))
          .isInstanceOf(Disposition.Hold.class);
    }
  }

  @Test
  @Tag("long")
  void forANewWorkerSilenceMeansNothingWithoutACoordinator() throws Exception {
    aNewWorkerWaitsForTheOneThatIsOnItsWayBack();
  }

  @Test
  @Tag("long")
  void forANewWorkerSilenceMeansNothingWhenTheBrokerMayBeNewToo() throws Exception {
    coordinator(ask -> elsewhere(false, "run-of-the-other"));
    aNewWorkerWaitsForTheOneThatIsOnItsWayBack();
  }

  @Test
  @Tag("long")
  void forANewWorkerSilenceMeansNothingWhenTheCoordinatorDoesNotSay() throws Exception {
    coordinator(ask -> say(Decision.ELSEWHERE, 1, "run-of-the-other"));
    aNewWorkerWaitsForTheOneThatIsOnItsWayBack();
  }

  /** The other worker was connected before the broker restarted; the new one was not. */
  private void aNewWorkerWaitsForTheOneThatIsOnItsWayBack() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(broker)) {
      Party other = new Party("other", proxy.address());
      assertThat(other.runs.begin(ID, id(), Thread.currentThread())).isPresent();
      proxy.refuse();
      proxy.cut();
      await().until(() -> other.coordination.control().listeningFor().isZero());
      Party fresh = new Party("fresh", broker, LONG);
      CompletableFuture<Disposition> answer =
          CompletableFuture.supplyAsync(() -> fresh.refusal(id(), true));
      await()
          .during(LivenessPoll.SILENCE.multipliedBy(4))
          .atMost(Duration.ofSeconds(20))
          .until(() -> !answer.isDone());
      proxy.mend();
      assertThat(answer)
          .succeedsWithin(Duration.ofSeconds(20))
          .isInstanceOf(Disposition.Hold.class);
    }
  }

  @Test
  void forANewWorkerSilenceCountsWhenTheCoordinatorSaysSo() throws Exception {
    coordinator(
        ask ->
            ask.silent().isEmpty()
                ? elsewhere(true, "run-of-a-dead-worker")
                : say(Decision.RUN, 2));
    assertThat(new Party("fresh", broker, LONG).attempt(id(), true)).isEqualTo(2);
    assertThat(questions.get(1).silent()).containsExactly("run-of-a-dead-worker");
  }

  @Test
  void forANewWorkerSilenceCountsWhenTheCoordinatorKnowsOfNoRun() throws Exception {
    coordinator(ask -> say(Decision.RUN, 1));
    assertThat(new Party("fresh", broker, LONG).attempt(id(), true)).isEqualTo(1);
  }

  private static void deliver(Party party, String run) throws Exception {
    Instant now = Instant.now();
    Result result =
        new Result(
            ID,
            new RunId(run, 1),
            new Conclusion(Outcome.PASSED, null, 0, "passed"),
            new Execution("one", now, now, now, Map.of()),
            new Findings(null, FileSummary.EMPTY, null),
            JOB);
    party.spool.deliver(FinishedRun.withoutFiles(result)).callback().confirmed();
    party.runs.close(new Run(JOB, run));
    party.coordination.delivered(new Run(JOB, run));
  }
}
