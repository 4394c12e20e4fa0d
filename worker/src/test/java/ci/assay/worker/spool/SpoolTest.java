package ci.assay.worker.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.InlineFiles;
import ci.assay.message.Presence;
import ci.assay.message.RunStarted;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunFile;
import ci.assay.model.RunId;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.testing.LogCapture;
import ci.assay.wire.Codec;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.settings.WorkerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");
  private static final CommitId COMMIT = new CommitId("4f1c000000000000000000000000000000000000");

  private static final String LONG = "x".repeat(InlineFiles.MOST_BYTES + 1);

  @TempDir Path folder;

  private WorkFolder work;
  private Spool spool;

  @BeforeEach
  void open() throws IOException {
    work = new WorkFolder(folder);
    work.prepare();
    spool = spool();
    assertThat(spool.load()).isEmpty();
  }

  @Test
  void aResultIsOwedUntilItIsConfirmed() throws Exception {
    Result result = printed("01A", "hello");
    Disposition.Ack ack = deliver(result);
    assertThat(spool.owed())
        .containsExactly(new Presence.Underway(result.id(), "01A", result.startedAt()));
    assertThat(spool.delivered(result.id())).isEmpty();
    ack.callback().confirmed();
    assertThat(spool.owed()).isEmpty();
    assertThat(spool.delivered(result.id())).map(Presence.Underway::run).contains("01A");
    assertThat(work.spool()).isEmptyDirectory();
    assertThat(spool().load()).isEmpty();
  }

  @Test
  void aSuccessorDeliversTheSameMessagesTheOldestFirst() throws Exception {
    Disposition.Ack younger = deliver(printed("01B", "two"));
    Disposition.Ack older = deliver(printed("01A", "one"));
    Spool successor = spool();
    List<Result> left = successor.load();
    assertThat(left.stream().map(Result::run)).containsExactly("01A", "01B");
    assertThat(successor.delivery(left.get(0)).publishFirst())
        .isEqualTo(afterItsStart(left.get(0), older));
    assertThat(successor.delivery(left.get(1)).publishFirst())
        .isEqualTo(afterItsStart(left.get(1), younger));
  }

  /** The message that a run began may be lost, and the coordinator accepts no result without it. */
  @Test
  void aJobThatComesBackIsAnsweredWithTheStartOfItsRunAndTheResult() throws Exception {
    Result result = printed("01A", "hello");
    Disposition.Ack first = deliver(result);
    first.callback().confirmed();
    assertThat(spool.deliverAgain(result.about()).orElseThrow().publishFirst())
        .isEqualTo(afterItsStart(result, first));
  }

  @Test
  void shortFilesTravelInTheResultByteForByte() throws Exception {
    String log = "grün\u0000\u001b[1m\r\n";
    Disposition.Ack ack = deliver(reported("01A", log, "{}\n"));
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::routingKey)
        .containsExactly(Topology.KEY_RESULT);
    assertThat(Codec.inlineFiles(ack.publishFirst().get(0).body()))
        .isEqualTo(new InlineFiles(log, "{}\n"));
  }

  @Test
  void artifactsTravelBeforeTheResultAndAreReadFromTheDiskPieceByPiece() throws Exception {
    byte[] contents = new byte[2 * FilePieces.PIECE + 5];
    contents[FilePieces.PIECE] = 1;
    Result result = keeping("01A", contents);
    Disposition.Ack ack = spool.deliver(logs().whole(result));
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::id)
        .containsExactly(
            "01A@0",
            "01A/manifest@0",
            "01A/artifacts@0",
            "01A/artifacts@" + FilePieces.PIECE,
            "01A/artifacts@" + 2 * FilePieces.PIECE,
            result.id().toString());
    Files.write(work.logs().resolve("01A.artifacts"), new byte[contents.length]);
    assertThat(ack.publishFirst().get(3).body())
        .as("not the piece that was there before, so none is kept in memory")
        .isEqualTo(
            FilePieces.of(
                    RunFile.ARTIFACTS,
                    result.id(),
                    "01A",
                    work.logs().resolve("01A.artifacts"),
                    result.summaryOf(RunFile.ARTIFACTS))
                .get(1)
                .body());
    assertThat(spool().load()).containsExactly(result);
  }

  @Test
  void shortArtifactsTravelInTheResult() throws Exception {
    Result result = keeping("01A", "<p>".getBytes(StandardCharsets.UTF_8));
    List<OutgoingMessage> messages = deliver(result).publishFirst();
    assertThat(messages).hasSize(1);
    assertThat(Codec.inlineFiles(messages.get(0).body()).artifacts()).isEqualTo("<p>");
  }

  @Test
  void withoutOneOfTheirFilesArtifactsAreSaidToBeLostAndTheLogIsNot() throws Exception {
    Result result = keeping("01A", new byte[FilePieces.PIECE]);
    Files.delete(work.logs().resolve("01A.manifest"));
    Disposition.Ack ack = deliver(result);
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::id)
        .containsExactly("01A@0", result.id().toString());
    assertThat(resultOf(ack).artifacts())
        .isEqualTo(Objects.requireNonNull(result.artifacts()).lost());
    assertThat(resultOf(ack).log()).isEqualTo(result.log());
  }

  @Test
  void whatIsNoUtf8TravelsInPieces() throws Exception {
    byte[] latin = "gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1);
    Result result = printed("01A", "grun");
    Files.write(work.logs().resolve("01A.log"), latin);
    assertThat(deliver(result).publishFirst())
        .extracting(OutgoingMessage::routingKey)
        .containsExactly(Topology.KEY_LOG, Topology.KEY_RESULT);
  }

  @Test
  void theLongestThatTravelsInAResultFitsIntoItHoweverItIsEscaped() throws Exception {
    Result result = printed("01A", "\u0001".repeat(InlineFiles.MOST_BYTES));
    OutgoingMessage only = deliver(result).publishFirst().get(0);
    assertThat(only.routingKey()).isEqualTo(Topology.KEY_RESULT);
    assertThat(only.body().length).isLessThan(Codec.MAX_RESULT_BYTES - Codec.MAX_JOB_BYTES * 2);
    Result longer = printed("01B", "x".repeat(InlineFiles.MOST_BYTES + 1));
    assertThat(deliver(longer).publishFirst()).hasSize(2);
  }

  private static List<OutgoingMessage> afterItsStart(Result result, Disposition.Ack delivery) {
    List<OutgoingMessage> all = new ArrayList<>();
    all.add(
        OutgoingMessage.started(
            new RunStarted(result.id(), result.run(), result.worker(), result.startedAt())));
    all.addAll(delivery.publishFirst());
    return all;
  }

  @Test
  void whatIsTornOrStrangeIsPutAsideAndSaid() throws Exception {
    deliver(printed("01A", "one"));
    byte[] whole = Files.readAllBytes(work.spool().resolve("01A.json"));
    Files.write(work.spool().resolve("01B.json"), java.util.Arrays.copyOf(whole, 100));
    Files.write(work.spool().resolve("01C.json"), new byte[0]);
    Files.write(work.spool().resolve("01D.json"), whole);
    try (LogCapture log = new LogCapture()) {
      assertThat(spool().load().stream().map(Result::run)).containsExactly("01A");
      assertThat(log.linesWith("is not a complete result")).hasSize(3);
    }
    assertThat(work.spool().resolve(".refused").toFile().list())
        .containsExactlyInAnyOrder("01B.json", "01C.json", "01D.json");
    assertThat(spool().load()).hasSize(1);
  }

  @Test
  void aLogThatIsGoneIsSaidToBeIncomplete() throws Exception {
    deliver(printed("01A", "hello"));
    Files.delete(work.logs().resolve("01A.log"));
    Spool successor = spool();
    Disposition.Ack ack = successor.delivery(successor.load().get(0));
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::routingKey)
        .containsExactly(Topology.KEY_STARTED, Topology.KEY_RESULT);
    assertThat(resultOf(ack).log()).isEqualTo(new FileSummary(0, false, false));
  }

  @Test
  void testCasesAreDeliveredBetweenTheLogAndTheResultAndAgainWhenAskedFor() throws Exception {
    Result result = reported("01A", LONG, "{}\n");
    Disposition.Ack ack = deliver(result);
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::id)
        .containsExactly("01A@0", "01A/tests@0", result.id().toString());
    assertThat(resultOf(ack)).isEqualTo(result);
    Spool successor = spool();
    assertThat(successor.delivery(successor.load().get(0)).publishFirst())
        .isEqualTo(afterItsStart(result, ack));
    ack.callback().confirmed();
    assertThat(successor.files(result.id(), "01A")).isEqualTo(ack.publishFirst().subList(0, 2));
  }

  @Test
  void testCasesThatAreGoneAreSaidToBeIncomplete() throws Exception {
    deliver(reported("01A", LONG, "{}\n"));
    Files.delete(work.logs().resolve("01A.tests"));
    Spool successor = spool();
    Disposition.Ack ack = successor.delivery(successor.load().get(0));
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::routingKey)
        .containsExactly(Topology.KEY_STARTED, Topology.KEY_LOG, Topology.KEY_RESULT);
    assertThat(resultOf(ack).log().complete()).isNull();
    assertThat(resultOf(ack).cases()).isEqualTo(new FileSummary(0, false, false));
  }

  @Test
  void theLogOfAResultThatIsOwedStaysHoweverOldItIs() throws Exception {
    Result owed = printed("01A", "hello");
    deliver(owed);
    Path log = work.logs().resolve("01A.log");
    Files.setLastModifiedTime(log, FileTime.from(Instant.now().minusSeconds(7_200)));
    logs().begin("01B");
    assertThat(log).exists();
    spool.delivery(owed).callback().confirmed();
    logs().begin("01C");
    assertThat(log).as("an hour more from the confirm on").exists();
    Files.setLastModifiedTime(log, FileTime.from(Instant.now().minusSeconds(7_200)));
    logs().begin("01D");
    assertThat(log).doesNotExist();
  }

  @Test
  void aResultThatTheBrokerRefusesIsKeptAndAnsweredWithAnother() throws Exception {
    Result result = printed("01A", "hello");
    Disposition.Ack instead =
        (Disposition.Ack) deliver(result).callback().refused("too large for it");
    Result answer = resultOf(instead);
    assertThat(answer.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(answer.id()).isEqualTo(result.id());
    assertThat(answer.run()).isEqualTo("01A");
    assertThat(answer.cause()).contains("too large for it", "the run passed");
    Path kept = work.spool().resolve(".refused/01A.json");
    assertThat(answer.cause()).contains(kept.toString());
    assertThat(Codec.decode(Files.readAllBytes(kept), Result.class)).isEqualTo(result);
    assertThat(spool().load()).containsExactly(answer);

    assertThat(instead.callback().refused("again")).isInstanceOf(Disposition.RetryLater.class);
    instead.callback().confirmed();
    assertThat(spool.owed()).isEmpty();
    assertThat(spool().load()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws Exception {
    Files.createDirectory(work.spool().resolve("01A.json"));
    assertThatThrownBy(() -> deliver(printed("01A", "hello"))).isInstanceOf(IOException.class);
    assertThat(spool.owed()).isEmpty();
    assertThat(spool.deliverAgain(printed("01B", "x").about())).isEmpty();
  }

  private Spool spool() {
    return new Spool(work.spool(), logs());
  }

  private RunFiles logs() {
    return new RunFiles(
        work, WorkerSettings.Disk.DEFAULT.output().logCapBytes(), Clock.systemUTC());
  }

  private Disposition.Ack deliver(Result result) throws IOException {
    return spool.deliver(logs().finished(result));
  }

  /** A result whose log and test cases are on the disk. */
  private Result reported(String run, String text, String cases) throws IOException {
    Files.writeString(work.logs().resolve(run + ".tests"), cases);
    Result result = printed(run, text);
    return result.withFiles(result.log(), new FileSummary(cases.length(), false, null));
  }

  /** A result whose log and artifacts are on the disk. */
  private Result keeping(String run, byte[] contents) throws IOException {
    Files.writeString(work.logs().resolve(run + ".manifest"), "{}");
    Files.write(work.logs().resolve(run + ".artifacts"), contents);
    return printed(run, "hello")
        .withArtifacts(new ArtifactSummary(1, contents.length, 2, 60, null, null));
  }

  /** A result whose log is on the disk. */
  private Result printed(String run, String text) throws IOException {
    Files.writeString(work.logs().resolve(run + ".log"), text);
    Variant variant = new Variant(run, Map.of());
    JobId id = JobId.of("bottle", COMMIT, run);
    Repository where = new Repository("bottle", "/srv/bottle.git");
    Job job =
        new Job(
            id,
            new Revision(where, COMMIT, null, List.of(), "refs/heads/main"),
            new Task(variant, 1, "true", "default", 60),
            new Origin(NOW, "push", null));
    FileSummary log = new FileSummary(text.getBytes(StandardCharsets.UTF_8).length, false, null);
    return new Result(
        id,
        new RunId(run, 1),
        new Conclusion(Outcome.PASSED, null, 0, "fine"),
        new Execution("host-1", NOW, NOW, NOW, Map.of()),
        new Findings(null, log, null),
        job);
  }

  private static Result resultOf(Disposition.Ack ack) {
    List<OutgoingMessage> all = ack.publishFirst();
    return Codec.decode(all.get(all.size() - 1).body(), Result.class);
  }
}
