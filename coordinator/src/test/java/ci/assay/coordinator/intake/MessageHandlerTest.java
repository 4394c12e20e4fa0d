package ci.assay.coordinator.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.Route;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartRequest;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.wire.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageHandlerTest {

  private static final Job JOB = Given.job(1);
  private static final Result RESULT = Given.result(JOB, "run-1", Outcome.PASSED);

  @TempDir Path folder;
  private ResultsFixture results;
  private Instant now = Given.START;
  private MessageHandler handler;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    handler = results.messages(clock());
    results.settle();
  }

  private void begin() throws Exception {
    results.begun(RESULT);
  }

  /** A clock that the test sets. */
  private Clock clock() {
    return ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  }

  @Test
  void storedMessagesAreAcked() throws Exception {
    assertThat(handle(OutgoingMessage.job(JOB))).isEqualTo(Disposition.ack());
    RunStarted started = new RunStarted(JOB.id(), "run-1", RESULT.worker(), RESULT.startedAt());
    assertThat(handle(OutgoingMessage.started(started))).isEqualTo(Disposition.ack());
    assertThat(handle(OutgoingMessage.logPiece(JOB.id(), "run-1", 0, Given.gzip(Given.LOG))))
        .isEqualTo(Disposition.ack());
    assertThat(handle(OutgoingMessage.result(RESULT))).isEqualTo(Disposition.ack());
    assertThat(results.files(JOB))
        .containsExactly(
            "default/job.json", "default/log.txt", "default/result.json", "verdict.json");
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
  }

  /** A worker with a broker user of its own sends messages about another worker's run. */
  @Test
  void messagesAboutAnotherWorkersRunAreNotBelieved() throws Exception {
    handle(OutgoingMessage.job(JOB));
    RunStarted started = new RunStarted(JOB.id(), "run-1", RESULT.worker(), RESULT.startedAt());
    handler.handle(
        Given.deliveredFrom("worker." + RESULT.worker(), OutgoingMessage.started(started)));
    RunReturned gone =
        new RunReturned(JOB.id(), "run-1", RESULT.worker(), "a lie", false, RESULT.startedAt());
    List<OutgoingMessage> all =
        List.of(
            OutgoingMessage.logPiece(JOB.id(), "run-1", 0, Given.gzip("forged")),
            OutgoingMessage.returned(gone),
            OutgoingMessage.result(RESULT));
    for (String user : List.of("worker.other", "worker.", "")) {
      for (OutgoingMessage message : all) {
        Disposition disposition = settled(handler.handle(Given.deliveredFrom(user, message)));
        if (message.equals(OutgoingMessage.result(RESULT))) {
          assertThat(disposition).isInstanceOf(Park.class); // for people to look at
        } else {
          assertThat(disposition).isEqualTo(Disposition.ack());
        }
      }
    }
    assertThat(handler.refused()).isEqualTo(9);
    assertThat(results.files(JOB)).noneMatch(file -> file.endsWith("result.json"));
    String own = "worker." + RESULT.worker();
    handler.handle(
        Given.deliveredFrom(
            own, OutgoingMessage.logPiece(JOB.id(), "run-1", 0, Given.gzip(Given.LOG))));
    handler.handle(Given.deliveredFrom(own, OutgoingMessage.result(RESULT)));
    assertThat(results.log(JOB)).isEqualTo(Given.LOG);
  }

  @Test
  void listOfRefsIsStoredAndAnOlderOneIsIgnored() throws Exception {
    for (RefTips list : List.of(tips(5, 1), tips(7, 2), tips(6, 3), tips(7, 4), tips(5, 1))) {
      assertThat(handle(OutgoingMessage.refs(list))).isEqualTo(Disposition.ack());
    }
    assertThat(stored()).isEqualTo(tips(7, 2));
    assertThat(results.tips).containsExactly(tips(5, 1), tips(7, 2));
    handle(OutgoingMessage.refs(tips(8, 3)));
    assertThat(stored()).isEqualTo(tips(8, 3));
  }

  @Test
  void listOfRefsIsAcceptedByTheExchangeOfObserversOnly() throws Exception {
    assertThat(handler.handle(json(Codec.encode(tips(5, 1))))).isEqualTo(Disposition.ack());
    assertThat(new ResultReader(folder).tips("bottle")).isEmpty();
    assertThat(handler.refused()).isEqualTo(1);
  }

  @Test
  void unreadableListOfRefsIsIgnoredAndReplaced() throws Exception {
    handle(OutgoingMessage.refs(tips(5, 1)));
    Path file = folder.resolve("bottle").resolve("refs.json");
    for (String bad :
        List.of("", "{", "null", "[]", Files.readString(file).replace("bottle", "jug"))) {
      Files.writeString(file, bad);
      assertThat(new ResultReader(folder).tips("bottle")).as(bad).isEmpty();
    }
    handle(OutgoingMessage.refs(tips(5, 1)));
    assertThat(stored()).isEqualTo(tips(5, 1));
  }

  private RefTips stored() {
    return new ResultReader(folder).tips("bottle").orElseThrow();
  }

  private static RefTips tips(long sequence, int commit) {
    return new RefTips(
        "bottle", sequence, Map.of("refs/heads/main", Given.job(commit).commit()), 0, Given.START);
  }

  @Test
  void startedIsAcked() throws Exception {
    results.store.add(JOB);
    RunStarted started = new RunStarted(JOB.id(), "run-1", "host-1", Given.START);
    assertThat(handler.handle(json(Codec.encode(started)))).isEqualTo(Disposition.ack());
  }

  @Test
  void resultWithoutItsLogIsRetriedForAMinute() throws Exception {
    begin();
    assertThat(handle(OutgoingMessage.result(RESULT))).isInstanceOf(RetryLater.class);
    now = now.plus(Duration.ofSeconds(59));
    assertThat(handle(OutgoingMessage.result(RESULT))).isInstanceOf(RetryLater.class);
    now = now.plus(Duration.ofSeconds(1));
    assertThat(handle(OutgoingMessage.result(RESULT))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB).log().complete()).isFalse();
    assertThat(handle(OutgoingMessage.result(RESULT))).isEqualTo(Disposition.ack());
  }

  @Test
  void missingLogIsAskedForRepeatedly() throws Exception {
    begin();
    handle(OutgoingMessage.result(RESULT));
    now = now.plus(Duration.ofSeconds(1));
    handle(OutgoingMessage.result(RESULT));
    assertThat(results.resends).isEmpty();
    now = now.plus(Duration.ofSeconds(1));
    handle(OutgoingMessage.result(RESULT));
    handle(OutgoingMessage.result(RESULT));
    assertThat(results.resends).containsExactly(new ResendRequest(JOB.id(), "run-1"));
    now = now.plus(Duration.ofSeconds(10));
    handle(OutgoingMessage.result(RESULT));
    assertThat(results.resends).hasSize(2);
  }

  @Test
  void resultIsStoredCompletelyWhenItsLogArrivesLate() throws Exception {
    begin();
    assertThat(handle(OutgoingMessage.result(RESULT))).isInstanceOf(RetryLater.class);
    now = now.plus(Duration.ofSeconds(90));
    handle(OutgoingMessage.logPiece(JOB.id(), "run-1", 0, Given.gzip(Given.LOG)));
    assertThat(handle(OutgoingMessage.result(RESULT))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB)).isEqualTo(RESULT);
  }

  @Test
  void unreadableMessageIsParkedWithTheReason() throws Exception {
    assertThat(handler.handle(json("nonsense".getBytes(UTF_8))))
        .isEqualTo(
            new Park(
                "not JSON: Unrecognized token 'nonsense': was expecting (JSON String, Number, Array,"
                    + " Object or token 'null', 'true' or 'false')"));
    assertThat(handler.handle(json("{\"type\":\"job\",\"version\":7}".getBytes(UTF_8))))
        .isEqualTo(new Park("version 7 of 'job' is not understood; this Assay reads version 1"));
  }

  @Test
  void unreadableLogPieceIsParkedWithTheReason() throws Exception {
    begin();
    byte[] good = Given.gzip(Given.LOG);
    assertThat(handler.handle(piece(Map.of("run", "r", "offset", 0), good)))
        .isEqualTo(new Park("a piece has no header 'job'"));
    assertThat(handler.handle(piece(headers("../r", 0), good)))
        .isEqualTo(new Park("run '../r' may only have letters, digits, '.', '_' and '-'"));
    assertThat(handler.handle(piece(headers("r", -1), good)))
        .isEqualTo(new Park("log piece of run r has the offset -1"));
    assertThat(handler.handle(piece(headers("r", 0), new byte[] {1})))
        .isInstanceOf(Park.class)
        .hasToString("Park[reason=a piece is not gzip: EOFException]");
    byte[] bomb = Given.gzip("x".repeat(FilePiece.MAX_BYTES + 1));
    assertThat(handler.handle(piece(headers("r", 0), bomb)))
        .isEqualTo(new Park("a piece is over 1048576 bytes long when inflated"));
  }

  @Test
  void logPieceHasTheDocumentedHeaders() {
    OutgoingMessage piece =
        OutgoingMessage.logPiece(JOB.id(), "run-1", 1048576, Given.gzip(Given.LOG));
    assertThat(piece.headers())
        .isEqualTo(Map.of("job", JOB.id().toString(), "run", "run-1", "offset", 1048576L));
    assertThat(piece.contentType()).isEqualTo("application/gzip");
    assertThat(piece.id()).isEqualTo("run-1@1048576");
  }

  @Test
  void pieceOfTestCasesHasAnAdditionalHeader() throws Exception {
    begin();
    OutgoingMessage piece =
        OutgoingMessage.piece(RunFile.TESTS, JOB.id(), "run-1", 0, Given.gzip(Given.CASES));
    assertThat(piece.headers())
        .isEqualTo(
            Map.of("job", JOB.id().toString(), "run", "run-1", "offset", 0L, "file", "tests"));
    assertThat(piece.id()).isEqualTo("run-1/tests@0");

    assertThat(handle(piece)).isEqualTo(Disposition.ack());
    assertThat(results.files(JOB)).contains("default/.tests.run-1.0");
  }

  @Test
  void pieceOfAnUnknownFileIsParked() throws Exception {
    begin();
    Map<String, Object> headers = new HashMap<>(headers("r", 0));
    headers.put("file", "log");
    assertThat(handler.handle(piece(headers, Given.gzip(Given.LOG)))).isEqualTo(Disposition.ack());
    headers.put("file", "video");
    assertThat(handler.handle(piece(headers, Given.gzip(Given.LOG))))
        .isEqualTo(new Park("a run has no file 'video'"));
  }

  private Disposition handle(OutgoingMessage message) throws Exception {
    return settled(handler.handle(Given.delivered(message)));
  }

  /** The final disposition when all earlier deliveries are settled. */
  private static Disposition settled(Disposition disposition) throws Exception {
    return disposition instanceof Disposition.AfterEarlier last
        ? last.rest().decide()
        : disposition;
  }

  private Disposition handleAgain(OutgoingMessage message) throws Exception {
    return settled(handler.handle(Given.redelivered(message)));
  }

  /** The final disposition when the messages that it depends on do not arrive in time. */
  private Disposition handleAtLast(OutgoingMessage message) throws Exception {
    Disposition first = handleAgain(message);
    if (first instanceof RetryLater) {
      now = now.plus(Waits.LIMIT);
      return handleAgain(message);
    }
    return first;
  }

  @Test
  void jobThatDidNotComeByTheExchangeOfJobsIsNotBelieved() throws Exception {
    OutgoingMessage forged =
        new OutgoingMessage(
            Topology.RESULTS, "x", "id", OutgoingMessage.JSON, Map.of(), Codec.encode(JOB));
    assertThat(handle(forged)).isEqualTo(Disposition.ack());
    assertThat(results.store.isKnown(JOB.id())).isFalse();
    assertThat(handler.refused()).isEqualTo(1);
  }

  @Test
  void resultOfAJobThatNobodyQueuedIsParked() throws Exception {
    assertThat(handleAgain(OutgoingMessage.result(RESULT))).isInstanceOf(RetryLater.class);
    assertThat(handleAtLast(OutgoingMessage.result(RESULT))).isInstanceOf(Park.class);
    assertThat(handle(OutgoingMessage.result(RESULT))).isInstanceOf(Park.class);
    assertThat(results.store.isJudged(JOB.id())).isFalse();
  }

  /** The broker notices by its heartbeats that a coordinator is frozen, which takes 6 to 9 s. */
  @Test
  void redeliveredResultWaitsForTheJobThatAFrozenCoordinatorHasInHand() throws Exception {
    OutgoingMessage started = Given.started(JOB, "run-1");
    OutgoingMessage result = OutgoingMessage.result(RESULT);
    for (int i = 0; i < 13; i++) {
      assertThat(handleAgain(started)).isInstanceOf(RetryLater.class);
      assertThat(handleAgain(result)).isInstanceOf(RetryLater.class);
      now = now.plusSeconds(1);
    }

    for (OutgoingMessage each : List.of(OutgoingMessage.job(JOB), started)) {
      assertThat(handleAgain(each)).isEqualTo(Disposition.ack());
    }

    assertThat(handleAgain(result)).isInstanceOf(RetryLater.class); // its log is not there yet
    assertThat(results.store.isJudged(JOB.id())).isFalse();
    assertThat(handler.refused()).isZero();
  }

  @Test
  void afterATakeoverANewMessageWaitsForEarlierOnes() throws Exception {
    results = new ResultsFixture(folder);
    handler = results.messages(clock());
    OutgoingMessage started = Given.started(JOB, "run-1");
    OutgoingMessage piece = OutgoingMessage.logPiece(JOB.id(), "run-1", 0, Given.gzip(Given.LOG));
    for (OutgoingMessage each : List.of(started, piece, OutgoingMessage.result(RESULT))) {
      assertThat(handle(each)).isInstanceOf(RetryLater.class);
    }
    assertThat(handle(OutgoingMessage.job(JOB))).isEqualTo(Disposition.ack());
    assertThat(handle(OutgoingMessage.result(RESULT))).isInstanceOf(RetryLater.class);
    for (OutgoingMessage each : List.of(piece, started, OutgoingMessage.result(RESULT))) {
      assertThat(handle(each)).isEqualTo(Disposition.ack());
    }
    assertThat(results.stored(JOB)).isEqualTo(RESULT);
    assertThat(handler.refused()).isZero();
  }

  @Test
  void messagesWithTheSameNameEndTheirWaitTogether() throws Exception {
    OutgoingMessage started = Given.started(JOB, "run-1");
    assertThat(handleAgain(started)).isInstanceOf(RetryLater.class);
    now = now.plus(Waits.LIMIT);
    for (int i = 0; i < 3; i++) {
      assertThat(handleAgain(started)).isEqualTo(Disposition.ack());
    }
  }

  @Test
  void afterATakeoverMessagesWithoutRoomToWaitGoToTheEndOfTheQueue() throws Exception {
    results = new ResultsFixture(folder);
    handler = results.messages(clock());
    int waiting = 0;
    for (int i = 0; i < 100; i++) {
      OutgoingMessage started = Given.started(Given.job(i), "run-1");
      Disposition disposition = handle(started);
      if (disposition instanceof RetryLater) {
        waiting++;
      } else {
        assertThat(disposition).isEqualTo(new Disposition.Ack(List.of(started)));
      }
    }
    assertThat(waiting).isEqualTo(64);
    assertThat(handler.refused()).isZero();
  }

  /**
   * The coordinator publishes the message again, so the broker verifies it as the coordinator's.
   */
  @Test
  void messageSentToTheEndOfTheQueueGainsNoTrust() throws Exception {
    results = new ResultsFixture(folder);
    handler = results.messages(clock());
    Disposition last = Disposition.ack();
    for (int i = 0; i < 100; i++) {
      OutgoingMessage piece =
          OutgoingMessage.logPiece(Given.job(i).id(), "run-1", 0, Given.gzip(Given.LOG));
      last = settled(handler.handle(Given.deliveredFrom("worker.other", piece)));
    }
    assertThat(last)
        .isInstanceOfSatisfying(
            Disposition.Ack.class,
            ack ->
                assertThat(ack.publishFirst())
                    .singleElement()
                    .satisfies(
                        again ->
                            assertThat(again.headers())
                                .containsEntry(WorkerUsers.HEADER_SENDER, "worker.other")));
  }

  @Test
  void numberOfResultsThatWaitForEarlierMessagesIsLimited() throws Exception {
    int waiting = 0;
    for (int i = 0; i < 100; i++) {
      Result unknown = Given.result(Given.job(i), "run-1", Outcome.PASSED);
      waiting += handleAgain(OutgoingMessage.result(unknown)) instanceof RetryLater ? 1 : 0;
    }
    assertThat(waiting).isEqualTo(64);
  }

  @Test
  void resultOfARerunThatNobodyAskedForDoesNotReplaceTheVerdict() throws Exception {
    Result failed = Given.result(JOB, "run-1", Outcome.FAILED, 0);
    results.begun(failed);
    assertThat(handle(OutgoingMessage.result(failed))).isEqualTo(Disposition.ack());
    Job unasked = Given.rerun(JOB, 2);
    Result passed = Given.result(unasked, "run-2", Outcome.PASSED, 0);
    handle(OutgoingMessage.started(new RunStarted(unasked.id(), "run-2", "host-1", Given.START)));
    assertThat(handleAtLast(OutgoingMessage.result(passed))).isInstanceOf(Park.class);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void resultOfARunThatIsNotKnownToHaveBegunIsKeptAsAnAttemptAfterAWhile() throws Exception {
    results.store.add(JOB);
    for (int i = 0; i < 120; i++) {
      Result unknown = Given.result(JOB, "run-9" + i, Outcome.PASSED, 0);
      assertThat(handleAtLast(OutgoingMessage.result(unknown))).isEqualTo(Disposition.ack());
    }
    assertThat(results.store.state(JOB.id())).isEqualTo(JobState.OWED);
    assertThat(handler.refused()).isEqualTo(120);
    assertThat(results.file(JOB.id(), "attempts.jsonl"))
        .content()
        .hasLineCount(100)
        .contains("run-90");
  }

  /**
   * For example when the results queue was purged between the two, and another coordinator is
   * active by then.
   */
  @Test
  void resultWhoseStartWasLostIsStoredWhenBothAreSentAgain() throws Exception {
    results.store.add(JOB);
    Result result = Given.result(JOB, "run-1", Outcome.PASSED, 0);
    assertThat(handleAtLast(OutgoingMessage.result(result))).isEqualTo(Disposition.ack());
    assertThat(results.store.isJudged(JOB.id())).isFalse();
    handle(Given.started(JOB, "run-1"));
    assertThat(handle(OutgoingMessage.result(result))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB)).isEqualTo(result);
  }

  @Test
  void noWorkerCanTakeAnothersRunByReportingItsStart() throws Exception {
    results.store.add(JOB);
    Result honest = Given.result(JOB, "run-1", Outcome.FAILED, 0);
    StartRequest ask = new StartRequest(JOB.id(), "run-1", honest.worker(), 3, List.of());
    results.permissions.add(ask);
    RunStarted forged = new RunStarted(JOB.id(), "run-1", "evil", Given.START);
    assertThat(handle(OutgoingMessage.started(forged))).isEqualTo(Disposition.ack());
    assertThat(results.store.starts(JOB.id()).all()).isEmpty();
    handle(Given.started(JOB, "run-1"));
    results = new ResultsFixture(folder); // without the permissions in memory
    handler = results.messages(clock());
    results.settle();
    handle(OutgoingMessage.started(forged));
    assertThat(results.store.starts(JOB.id()).all())
        .singleElement()
        .satisfies(run -> assertThat(run.worker()).isEqualTo(honest.worker()));
    assertThat(handler.refused()).isOne();
    assertThat(handle(OutgoingMessage.result(honest))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB)).isEqualTo(honest);
  }

  @Test
  void outputOfARunIsShownOnlyFromItsOwnWorker() throws Exception {
    results.store.add(JOB);
    String own = "worker." + RESULT.worker();
    assertThat(handler.isShown(JOB.id(), "run-1", own)).as("the run is unknown").isFalse();
    assertThat(handler.isShown(JOB.id(), "run-1", "worker.evil")).isFalse();
    assertThat(handler.refused()).isZero();

    results.permissions.add(new StartRequest(JOB.id(), "run-1", RESULT.worker(), 3, List.of()));
    assertOnlyItsOwnLinesAreShown(own);
    handle(Given.started(JOB, "run-1"));
    results = new ResultsFixture(folder); // a standby was told of no permission
    handler = results.messages(clock());
    assertOnlyItsOwnLinesAreShown(own);
    assertThat(handler.isShown(JOB.id(), "run-2\n".repeat(1000), own)).isFalse();
  }

  private void assertOnlyItsOwnLinesAreShown(String own) {
    for (String believed : List.of(own, "worker", WorkerUsers.NOT_VERIFIED)) {
      assertThat(handler.isShown(JOB.id(), "run-1", believed)).isTrue();
    }
    assertThat(handler.refused()).isZero();
    for (String other : List.of("worker.evil", "worker.", "")) {
      assertThat(handler.isShown(JOB.id(), "run-1", other)).isFalse();
    }
    assertThat(handler.refused()).isEqualTo(3);
  }

  @Test
  void resultThatArrivesBeforeItsStartIsStoredOnceThatArrives() throws Exception {
    results.store.add(JOB);
    Result early = Given.result(JOB, "run-1", Outcome.PASSED, 0);
    assertThat(handleAgain(OutgoingMessage.result(early))).isInstanceOf(RetryLater.class);
    results.begun(early);
    assertThat(handle(OutgoingMessage.result(early))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB)).isEqualTo(early);
  }

  @Test
  void resultByAnotherWorkerThanTheOneThatBeganTheRunIsParked() throws Exception {
    results.store.add(JOB);
    handle(OutgoingMessage.started(new RunStarted(JOB.id(), "run-1", "another", Given.START)));
    Result forged = Given.result(JOB, "run-1", Outcome.PASSED, 0);
    assertThat(handleAtLast(OutgoingMessage.result(forged))).isInstanceOf(Park.class);
  }

  @Test
  void resultOfAnUnpermittedRunIsParkedWhileAPermittedOneIsUnderWay() throws Exception {
    Result honest = Given.result(JOB, "run-1", Outcome.FAILED, 0);
    results.begun(honest);
    results.permissions.add(new StartRequest(JOB.id(), "run-1", honest.worker(), 3, List.of()));
    results.board.received(Given.presence(honest.worker(), JOB.id(), "run-1"));
    Result forged = Given.result(JOB, "run-2", Outcome.PASSED, 0);
    results.begun(forged);
    assertThat(handleAtLast(OutgoingMessage.result(forged))).isInstanceOf(Park.class);
    assertThat(handle(OutgoingMessage.result(honest))).isEqualTo(Disposition.ack());
    assertThat(results.stored(JOB)).isEqualTo(honest);
  }

  @Test
  void resultAboutAnotherJobThanTheQueuedOneIsParked() throws Exception {
    results.begun(Given.result(JOB, "run-1", Outcome.PASSED, 0));
    Job other = Given.withTest(JOB, "true");
    Result forged = Given.result(other, "run-1", Outcome.PASSED, 0);
    assertThat(handleAtLast(OutgoingMessage.result(forged))).isInstanceOf(Park.class);
  }

  @Test
  void piecesOfAJobThatNobodyQueuedAreDropped() throws Exception {
    OutgoingMessage piece = OutgoingMessage.logPiece(JOB.id(), "r", 0, Given.gzip(Given.LOG));
    assertThat(handleAtLast(piece)).isEqualTo(Disposition.ack());
    assertThat(ResultsFolder.list(results.folders.commit(JOB.id()))).isEmpty();
  }

  @Test
  void piecesBeyondTheLongestFileAreDropped() throws Exception {
    begin();
    OutgoingMessage piece =
        OutgoingMessage.logPiece(JOB.id(), "run-1", 1L << 40, Given.gzip(Given.LOG));
    assertThat(handle(piece)).isEqualTo(Disposition.ack());
    assertThat(handler.refused()).isEqualTo(1);
    assertThat(results.files(JOB)).noneMatch(file -> file.contains(".log."));
  }

  @Test
  void numberOfStartsOfOneJobIsLimited() throws Exception {
    results.store.add(JOB);
    for (int i = 0; i < 200; i++) {
      handleAtLast(
          OutgoingMessage.started(new RunStarted(JOB.id(), "run-" + i, "host-1", Given.START)));
    }
    assertThat(results.store.starts(JOB.id()).all()).hasSize(64);
    assertThat(handler.refused()).isEqualTo(136);
  }

  @Test
  void returnOfAnUnpermittedRunThatDidNotBeginIsNoAttempt() throws Exception {
    results.store.add(JOB);
    RunReturned forged =
        new RunReturned(JOB.id(), "run-9", "host-1", "the disk is full", true, Given.START);
    assertThat(handleAtLast(OutgoingMessage.returned(forged))).isEqualTo(Disposition.ack());
    assertThat(results.store.starts(JOB.id()).spent()).isEmpty();
    assertThat(handler.refused()).isEqualTo(1);

    results.permissions.add(new StartRequest(JOB.id(), "run-9", "host-1", 3, List.of()));
    assertThat(handle(OutgoingMessage.returned(forged))).isEqualTo(Disposition.ack());
    assertThat(results.store.starts(JOB.id()).spent()).hasSize(1);
  }

  @Test
  @Tag("long")
  void numberOfResultsThatWaitForTheirLogsIsLimited() throws Exception {
    int parked = 0;
    for (int i = 1; i <= 640; i++) {
      Result result = Given.result(Given.job(i), "run-" + i, Outcome.PASSED);
      results.begun(result);
      parked += handle(OutgoingMessage.result(result)) instanceof RetryLater ? 1 : 0;
    }
    assertThat(parked).isEqualTo(24);
  }

  private static Map<String, Object> headers(String run, long offset) {
    return Map.of("job", JOB.id().toString(), "run", run, "offset", offset);
  }

  private static IncomingMessage piece(Map<String, Object> headers, byte[] body) {
    return new IncomingMessage(
        new Route("assay.results", "assay.results", "log"),
        "id",
        OutgoingMessage.GZIP,
        headers,
        false,
        body);
  }

  private static IncomingMessage json(byte[] body) {
    return new IncomingMessage(
        new Route("assay.results", "assay.results", "result"),
        "id",
        OutgoingMessage.JSON,
        Map.of(),
        false,
        body);
  }
}
