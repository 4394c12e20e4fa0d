package ci.assay.coordinator;

import ci.assay.broker.Incoming;
import ci.assay.broker.Outgoing;
import ci.assay.broker.Topology;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
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
final class Given {

  static final Instant START = Instant.parse("2026-11-23T01:02:03Z");
  static final String LOG = "running\n2 tests, ok\n";
  static final String CASES =
      """
      {"class":"a.B","name":"one","outcome":"passed","millis":3}
      {"class":"a.B","name":"two","outcome":"failed","millis":4,"message":"no"}
      """;

  private Given() {}

  static CommitId commit(int number) {
    return new CommitId("%040x".formatted(0xabc0000L + number));
  }

  static Job job(int number) {
    return job(JobId.of("bottle", commit(number), "default"), 1);
  }

  static Job job(JobId id, int variants) {
    return new Job(
        id,
        new Repository(id.repository(), "/srv/git/" + id.repository() + ".git"),
        id.commit(),
        null,
        List.of(),
        "refs/heads/main",
        new Variant(id.variant(), Map.of()),
        variants,
        null,
        "default",
        1800,
        START,
        "push",
        new Change("Tester", START, "Keep the clock on time"));
  }

  static Job withTest(Job job, String test) {
    return new Job(
        job.id(),
        job.repository(),
        job.commit(),
        job.tree(),
        job.parents(),
        job.ref(),
        job.variant(),
        job.variants(),
        test,
        job.pool(),
        job.timeoutSeconds(),
        job.queuedAt(),
        job.reason(),
        job.change());
  }

  /** The same job asked for again. */
  static Job rerun(Job job, int number) {
    JobId id = job.id();
    return job(new JobId(id.repository(), id.commit(), id.variant(), number), job.variants());
  }

  /** A result of a run that printed {@link #LOG}. */
  static Result result(Job job, String run, Outcome outcome) {
    return result(job, run, outcome, LOG.length());
  }

  static Result result(Job job, String run, Outcome outcome, long logBytes) {
    return result(job, run, outcome, logBytes, START.plusSeconds(3));
  }

  static Result result(Job job, String run, Outcome outcome, long logBytes, Instant finished) {
    return new Result(
        job.id(),
        run,
        1,
        outcome,
        null,
        outcome == Outcome.PASSED ? 0 : 1,
        "2 tests",
        "host-1",
        job.queuedAt(),
        START.plusSeconds(1),
        finished,
        Map.of("test", 2000L),
        null,
        new LogSummary(logBytes, false, null),
        job);
  }

  static FilePiece piece(Job job, String run, long offset, String text) {
    return new FilePiece(RunFile.LOG, job.id(), run, offset, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A result of a run that printed {@link #LOG} and reported {@link #CASES}. */
  static Result withCases(Job job, String run, Outcome outcome) {
    Result result = result(job, run, outcome);
    return result.withFiles(result.log(), new LogSummary(CASES.length(), false, null));
  }

  static FilePiece casesPiece(Job job, String run, long offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new FilePiece(RunFile.TESTS, job.id(), run, offset, bytes);
  }

  static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What the coordinator receives when this was published. */
  static Incoming delivered(Outgoing message) {
    return new Incoming(
        Topology.RESULTS_QUEUE,
        message.exchange(),
        message.routingKey(),
        message.id(),
        message.contentType(),
        message.headers(),
        false,
        message.body());
  }
}
