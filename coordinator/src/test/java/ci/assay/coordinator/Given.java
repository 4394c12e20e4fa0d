package ci.assay.coordinator;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.Route;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.message.Presence;
import ci.assay.message.RunStarted;
import ci.assay.model.Change;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Jobs, results and log pieces to test with. */
public final class Given {

  public static final Instant START = Instant.parse("2026-11-23T01:02:03Z");
  public static final String LOG = "running\n2 tests, ok\n";
  public static final String CASES =
      """
      {"class":"a.B","name":"one","outcome":"passed","millis":3}
      {"class":"a.B","name":"two","outcome":"failed","millis":4,"message":"no"}
      """;

  private Given() {}

  public static CommitId commit(int number) {
    return new CommitId("%040x".formatted(0xabc0000L + number));
  }

  public static Job job(int number) {
    return job(JobId.of("bottle", commit(number), "default"), 1);
  }

  public static Job job(JobId id, int variants) {
    return new Job(
        id,
        new Revision(
            new Repository(id.repository(), "/srv/git/" + id.repository() + ".git"),
            id.commit(),
            null,
            List.of(),
            "refs/heads/main"),
        new Task(new Variant(id.variant(), Map.of()), variants, null, "default", 1800),
        new Origin(START, "push", new Change("Tester", START, "Keep the clock on time")));
  }

  public static Job withTest(Job job, String test) {
    return new Job(
        job.id(),
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(job.variant(), job.variants(), test, job.pool(), job.timeoutSeconds()),
        new Origin(job.queuedAt(), job.reason(), job.change()));
  }

  /** The job of a rerun. */
  public static Job rerun(Job job, int number) {
    JobId id = job.id();
    return job(new JobId(id.repository(), id.commit(), id.variant(), number), job.variants());
  }

  /** A result of a run that printed {@link #LOG}. */
  public static Result result(Job job, String run, Outcome outcome) {
    return result(job, run, outcome, LOG.length());
  }

  public static Result result(Job job, String run, Outcome outcome, long logBytes) {
    return result(job, run, outcome, logBytes, START.plusSeconds(3));
  }

  public static Result result(
      Job job, String run, Outcome outcome, long logBytes, Instant finished) {
    return new Result(
        job.id(),
        new RunId(run, 1),
        new Conclusion(outcome, null, outcome == Outcome.PASSED ? 0 : 1, "2 tests"),
        new Execution(
            "host-1", job.queuedAt(), START.plusSeconds(1), finished, Map.of("test", 2000L)),
        new Findings(null, new FileSummary(logBytes, false, null), null),
        job);
  }

  /** The start of a run of a job, on the worker of {@link #result}. */
  public static OutgoingMessage started(Job job, String run) {
    return OutgoingMessage.started(new RunStarted(job.id(), run, "host-1", START));
  }

  /** The presence message of a worker that runs this run. */
  public static Presence presence(String worker, JobId job, String run) {
    Presence.Underway underway = new Presence.Underway(job, run, START);
    return new Presence(
        new Presence.Sender(worker, worker + "-1"),
        new Presence.Capacity(List.of("default"), 1),
        new Presence.Load(List.of(underway), List.of()),
        new Presence.Condition(1, null),
        START);
  }

  public static FilePiece piece(Job job, String run, long offset, String text) {
    return new FilePiece(RunFile.LOG, job.id(), run, offset, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A result of a run that printed {@link #LOG} and reported {@link #CASES}. */
  public static Result withCases(Job job, String run, Outcome outcome) {
    Result result = result(job, run, outcome);
    return result.withFiles(result.log(), new FileSummary(CASES.length(), false, null));
  }

  public static FilePiece casesPiece(Job job, String run, long offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new FilePiece(RunFile.TESTS, job.id(), run, offset, bytes);
  }

  public static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The delivery of a published message to the coordinator. */
  public static IncomingMessage delivered(OutgoingMessage message) {
    return delivered(message, false);
  }

  /** The same as a redelivery. */
  public static IncomingMessage redelivered(OutgoingMessage message) {
    return delivered(message, true);
  }

  /** The delivery of a message that this broker user published. */
  public static IncomingMessage deliveredFrom(String user, OutgoingMessage message) {
    return delivered(message, false, user);
  }

  private static IncomingMessage delivered(OutgoingMessage message, boolean redelivered) {
    return delivered(message, redelivered, WorkerUsers.NOT_VERIFIED);
  }

  private static IncomingMessage delivered(
      OutgoingMessage message, boolean redelivered, String user) {
    return new IncomingMessage(
        new Route(Topology.RESULTS_QUEUE, message.exchange(), message.routingKey(), user),
        message.id(),
        message.contentType(),
        message.headers(),
        redelivered,
        message.body());
  }
}
