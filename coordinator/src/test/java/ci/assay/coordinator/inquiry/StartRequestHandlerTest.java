package ci.assay.coordinator.inquiry;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.intake.MessageHandler;
import ci.assay.coordinator.store.AppendOnlyFile;
import ci.assay.message.Presence;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartReply.Decision;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartRequestHandlerTest {

  private int runs;

  private static final Job JOB = Given.job(1);

  @TempDir Path folder;
  private ResultsFixture results;
  private MessageHandler messages;
  private StartRequestHandler asks;
  private Duration listening = Duration.ZERO;
  private long nanos;
  private final List<StopRequest> stops = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    use(new ResultsFixture(folder));
    results.store.add(JOB);
  }

  private void use(ResultsFixture fixture) {
    results = fixture;
    messages = fixture.messages(Clock.systemUTC());
    asks =
        new StartRequestHandler(
            fixture.store,
            fixture.permissions,
            fixture.board,
            stops::add,
            new StartRequestHandler.Time(() -> listening, () -> nanos, Clock.systemUTC()));
  }

  @Test
  void firstRunMayBegin() throws Exception {
    assertThat(ask("w1", "r1")).isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void silenceMeansLostOnceWorkersCouldReconnectAndForRunsBegunSinceWeListen() throws Exception {
    ask("w1", "r1");
    listening = Duration.ofSeconds(19);
    nanos = Duration.ofSeconds(18).toNanos();
    assertThat(ask("w2", "r2").settled()).as("allowed since").isTrue();
    nanos = Duration.ofSeconds(19).toNanos();
    assertThat(ask("w2", "r2").settled()).as("allowed before").isFalse();
    listening = Duration.ofSeconds(20);
    assertThat(ask("w2", "r2").settled()).as("all workers could have reconnected").isTrue();
  }

  @Test
  void jobThatHasItsResultNeedsNoRun() throws Exception {
    results.store.add(Given.result(JOB, "r0", Outcome.PASSED, 0));
    assertThat(ask("w1", "r1")).isEqualTo(answer(Decision.JUDGED, 1));
  }

  @Test
  void jobThatHasNotArrivedMayBegin() throws Exception {
    StartRequest unknown = new StartRequest(Given.job(2).id(), "r1", "w1", 3, List.of());
    assertThat(asks.handle(unknown, "worker").decision()).isEqualTo(Decision.RUN);
  }

  @Test
  void secondRunIsToldOfThePermittedOneUntilThatShouldHaveStarted() throws Exception {
    ask("w1", "r1");
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
    results.pass(Duration.ofSeconds(31));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.RUN, 1));
  }

  /** All workers learn the ids of runs. */
  @Test
  void noWorkerTakesARunningJobOrGivesItUpBySayingThatItsWorkerIsSilent() throws Exception {
    ask("w1", "r1");
    assertThat(lie("r2", "r1")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
    started("w1", "r1");
    present("w1", null, new Presence.Underway(JOB.id(), "r1", Given.START));

    assertThat(lie("r2", "r1").decision()).isEqualTo(Decision.ELSEWHERE);
    assertThat(results.store.isJudged(JOB.id())).isFalse();
    assertThat(results.permissions.permitted("r2", JOB.id())).isNull();

    results.pass(Duration.ofSeconds(11));
    assertThat(asks.handle(question("r2", 3, "r1"), "worker.w2"))
        .isEqualTo(answer(Decision.RUN, 2));
  }

  @Test
  void theStartsOfAJobStayWithinTheirBound() throws Exception {
    Path starts = folder.resolve("%s/.starts".formatted(JOB.id()));
    for (int i = 0; i < 10; i++) {
      List<String> silent = new ArrayList<>();
      for (int j = 0; j < 200; j++) {
        silent.add("%d-%d".formatted(i, j));
      }
      asks.handle(new StartRequest(JOB.id(), "r" + i, "w2", 3, silent), "worker.w2");
    }
    assertThat(starts).isRegularFile();
    assertThat(Files.size(starts)).isLessThan(300_000);
    StartRequest unknown = new StartRequest(Given.job(2).id(), "r1", "w2", 3, List.of("x"));
    asks.handle(unknown, "worker.w2");
    assertThat(folder.resolve(unknown.id().toString())).doesNotExist();
  }

  private StartReply lie(String run, String silent) throws Exception {
    return asks.handle(question(run, 1, silent), "worker.w2");
  }

  private static StartRequest question(String run, int attempts, String silent) {
    return new StartRequest(JOB.id(), run, "w2", attempts, List.of(silent));
  }

  /** All workers learn the ids of runs. */
  @Test
  void noWorkerCanTakeAnothersRunByAskingForIt() throws Exception {
    ask("w1", "r1");
    for (int i = 0; i < 2; i++) {
      assertThat(ask("w2", "r1")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
      assertThat(results.permissions.permitted("r1", JOB.id())).isEqualTo("w1");
      started("w1", "r1");
    }
    use(new ResultsFixture(folder));
    assertThat(ask("w2", "r1")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
    assertThat(ask("w1", "r1").decision()).isEqualTo(Decision.RUN);
  }

  @Test
  void secondRunIsToldOfTheStartedOneHoweverLongAgo() throws Exception {
    ask("w1", "r1");
    started("w1", "r1");
    results.pass(Duration.ofHours(2));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
  }

  @Test
  void coordinatorThatTakesOverKnowsStartedRuns() throws Exception {
    started("w1", "r1");
    use(new ResultsFixture(folder));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
  }

  @Test
  void runInAPresenceMessageCountsEvenIfOtherwiseUnknown() throws Exception {
    present("w1", null, new Presence.Underway(JOB.id(), "r1", Given.START));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.ELSEWHERE, 1, "r1"));
    results.pass(Duration.ofSeconds(11));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void runThatWasGivenBackIsNotElsewhere() throws Exception {
    started("w1", "r1");
    returned("w1", "r1", "stopping", false);
    present("w1", null, new Presence.Underway(JOB.id(), "r1", Given.START));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void workerThatAsksAgainForItsOwnRunMayGoOn() throws Exception {
    ask("w1", "r1");
    assertThat(ask("w1", "r1")).isEqualTo(answer(Decision.RUN, 1));
    started("w1", "r1");
    assertThat(ask("w1", "r1")).isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void lostRunSpendsAnAttempt() throws Exception {
    started("w1", "r1");
    assertThat(ask("w2", "r2", "r1")).isEqualTo(answer(Decision.RUN, 2));
    started("w2", "r2");
    assertThat(ask("w3", "r3", "r2")).isEqualTo(answer(Decision.RUN, 3));
    use(new ResultsFixture(folder));
    assertThat(ask("w3", "r3")).isEqualTo(answer(Decision.RUN, 3));
  }

  @Test
  void runThatNeverStartedSpendsNoAttempt() throws Exception {
    ask("w1", "r1");
    assertThat(ask("w2", "r2", "r1")).isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void runThatAsksAfterItWasCountedAsLostIsAliveAndSpendsNoAttempt() throws Exception {
    started("w1", "r1");
    ask("w2", "r2", "r1");
    assertThat(ask("w1", "r1").decision()).isEqualTo(Decision.ELSEWHERE);
    assertThat(results.store.starts(JOB.id()).spent()).isEmpty();
  }

  @Test
  void jobThatKillsItsWorkersIsErroredAndTheVerdictNamesThem() throws Exception {
    started("w1", "r1");
    ask("w2", "r2", "r1");
    started("w2", "r2");
    ask("w3", "r3", "r2");
    started("w3", "r3");
    returned("w3", "r3", "no space left on device", true);

    assertThat(ask("w1", "r4").decision()).isEqualTo(Decision.JUDGED);
    Result result = results.stored(JOB);
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.attempt()).isEqualTo(3);
    assertThat(result.cause())
        .contains(
            "no result after 3 attempts: ",
            "worker w1 was lost during its run, which began at 2026-11-23 01:02:03 UTC",
            "worker w2 was lost",
            "worker w3 gave it back: no space left on device");
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(stops).extracting(StopRequest::id).containsExactly(JOB.id());
    assertThat(results.files(JOB)).noneMatch(name -> name.contains(".starts"));
  }

  @Test
  void stoppingWorkersSpendNoAttempts() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(ask("w", "r" + i)).isEqualTo(answer(Decision.RUN, 1));
      started("w", "r" + i);
      returned("w", "r" + i, "stopping", false);
    }
  }

  @Test
  void afterTroubleTheJobIsLeftToAnotherWorkerThatTakesJobs() throws Exception {
    for (int i = 0; i < 3; i++) {
      started("w1", "r" + i);
      returned("w1", "r" + i, "cannot fetch", true);
    }
    present("w1", null);
    present("w2", null);
    assertThat(ask("w1", "r9")).isEqualTo(answer(Decision.DEFER, 4));
    assertThat(ask("w2", "r9").decision()).isEqualTo(Decision.JUDGED);
  }

  @Test
  void onlyWorkerRetriesAfterTroubleUntilTheAttemptsAreUsedUp() throws Exception {
    present("w1", null);
    present("w2", "the disk is full");
    started("w1", "r1");
    returned("w1", "r1", "cannot fetch", true);
    assertThat(ask("w1", "r2")).isEqualTo(answer(Decision.RUN, 2));
    started("w1", "r2");
    returned("w1", "r2", "cannot fetch", true);
    started("w1", "r3");
    returned("w1", "r3", "cannot fetch", true);
    assertThat(ask("w1", "r4").decision()).isEqualTo(Decision.JUDGED);
    assertThat(results.stored(JOB).cause()).contains("worker w1 gave it back: cannot fetch");
  }

  @Test
  void workersThatDoNotSeeTheRepositoryLeaveTheJobToOneThatMay() throws Exception {
    for (String worker : List.of("w1", "w2", "w3", "w4", "w5")) {
      present(worker, null);
    }
    for (String blind : List.of("w1", "w2", "w3", "w4")) {
      assertThat(ask(blind, blind + "-1").decision()).isEqualTo(Decision.RUN);
      unseen(blind, blind + "-1");
      assertThat(ask(blind, blind + "-2")).isEqualTo(answer(Decision.DEFER, 1));
    }
    assertThat(ask("w5", "r5")).as("no attempt is spent").isEqualTo(answer(Decision.RUN, 1));
  }

  @Test
  void jobWhoseRepositoryNoWorkerSeesIsErroredAndTheCauseSaysWhatToDo() throws Exception {
    present("w1", null);
    present("w2", null);
    unseen("w1", "r1");
    unseen("w2", "r2");
    assertThat(ask("w1", "r3")).as("it may come back").isEqualTo(answer(Decision.RUN, 1));
    unseen("w1", "r3");

    assertThat(ask("w2", "r4").decision()).isEqualTo(Decision.JUDGED);

    Result result = results.stored(JOB);
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause())
        .isEqualTo(
            "no worker of pool 'default' sees the repository's path "
                + JOB.repository().url()
                + ": worker w1 gave it back: no such folder; worker w2 gave it back: no such"
                + " folder; give the observer a URL that each worker can fetch from (ssh: or"
                + " https:), or make that path the repository on each");
  }

  @Test
  void whatNoWorkerHasAnEngineForIsErroredAndTheCauseSaysWhatToInstall() throws Exception {
    present("w1", null);
    present("w2", null);
    for (String worker : List.of("w1", "w2", "w1")) {
      String run = worker + "-" + runs++;
      assertThat(ask(worker, run).decision()).isIn(Decision.RUN, Decision.DEFER);
      unfit(worker, run);
    }
    assertThat(ask("w2", "last").decision()).isEqualTo(Decision.JUDGED);
    assertThat(results.stored(JOB).outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(results.stored(JOB).cause())
        .isEqualTo(
            "no worker of pool 'default' can run it: worker w1 gave it back: no engine; worker w2"
                + " gave it back: no engine; install one");
  }

  @Test
  void onlyWorkerThatSeesTheRepositoryDoesNotWaitForOthers() throws Exception {
    present("blind", null);
    present("sees", null);
    unseen("blind", "r0");
    for (int i = 1; i <= 3; i++) {
      assertThat(ask("sees", "r" + i)).isEqualTo(answer(Decision.RUN, i));
      started("sees", "r" + i);
      returned("sees", "r" + i, "no room", true);
    }
    assertThat(ask("blind", "r9").decision()).isEqualTo(Decision.DEFER);
    assertThat(ask("sees", "r9").decision()).isEqualTo(Decision.JUDGED);
    assertThat(results.stored(JOB).cause()).contains("worker sees gave it back: no room");
  }

  @Test
  void startsAreRemovedWithTheResultAndLateOnesAreDropped() throws Exception {
    started("w1", "r1");
    assertThat(results.files(JOB)).contains("default/.starts");
    results.store.add(Given.result(JOB, "r1", Outcome.PASSED, 0));
    started("w2", "r2");
    assertThat(results.files(JOB)).noneMatch(name -> name.contains(".starts"));
  }

  @Test
  void unreadableLineOfTheFileIsSkipped() throws Exception {
    started("w1", "r1");
    new AppendOnlyFile(results.disk, results.file(JOB.id(), ".starts"))
        .append(new byte[] {'x'}, false);
    results.store.addToStarts(
        JOB.id(), new RunNotice(JOB.id(), "r1", "w1", RunNotice.State.NO_RESULT, Given.START));
    assertThat(ask("w2", "r2")).isEqualTo(answer(Decision.RUN, 2));
  }

  private StartReply ask(String worker, String run, String... silent) throws Exception {
    return asks.handle(new StartRequest(JOB.id(), run, worker, 3, List.of(silent)), "worker");
  }

  private StartReply answer(Decision decision, int attempt, String... runs) {
    return new StartReply(
        JOB.id(), decision, attempt, List.of(runs), runs.length == 0 ? null : false);
  }

  private void started(String worker, String run) throws Exception {
    RunStarted started = new RunStarted(JOB.id(), run, worker, Given.START);
    messages.handle(Given.delivered(OutgoingMessage.started(started)));
  }

  private void returned(String worker, String run, String reason, boolean trouble)
      throws Exception {
    RunReturned returned = new RunReturned(JOB.id(), run, worker, reason, trouble, Given.START);
    messages.handle(Given.delivered(OutgoingMessage.returned(returned)));
  }

  private void unseen(String worker, String run) throws Exception {
    lacking(worker, run, new RunReturned.Why("no such folder", true, true, null));
  }

  private void unfit(String worker, String run) throws Exception {
    lacking(worker, run, new RunReturned.Why("no engine", true, true, "install one"));
  }

  private void lacking(String worker, String run, RunReturned.Why why) throws Exception {
    started(worker, run);
    messages.handle(
        Given.delivered(
            OutgoingMessage.returned(new RunReturned(JOB.id(), run, worker, why, Given.START))));
  }

  private void present(String worker, @Nullable String takesNothing, Presence.Underway... running) {
    results.board.received(
        new Presence(
            new Presence.Sender(worker, worker + "-1"),
            new Presence.Capacity(List.of("default"), 1),
            new Presence.Load(List.of(running), List.of()),
            new Presence.Condition(1_000_000, takesNothing),
            Given.START));
  }
}
