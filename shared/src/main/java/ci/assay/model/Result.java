package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run reports; the first one stored for a job is the job's verdict.
 *
 * @param id the job
 * @param run the run's id, a ULID
 * @param attempt from 1
 * @param cause why it is not {@code passed} or {@code failed}, in words a person can act on
 * @param exitCode of the command; null when it never ran or did not end by itself
 * @param summary one line for people
 * @param worker the name of the worker that ran it
 * @param phasesMillis how long each phase took, by its name and in their order; docs/messages.md
 *     lists them
 * @param tests null where no report was found
 * @param cases of the tests one by one, as a file; null where there are none
 * @param about the whole job, so that judging needs no earlier message
 */
public record Result(
    JobId id,
    String run,
    int attempt,
    Outcome outcome,
    @Nullable String cause,
    @Nullable Integer exitCode,
    String summary,
    String worker,
    Instant queuedAt,
    Instant startedAt,
    Instant finishedAt,
    Map<String, Long> phasesMillis,
    @Nullable TestCounts tests,
    FileSummary log,
    @Nullable FileSummary cases,
    Job about)
    implements Message {

  /** A result without test cases. */
  public Result(
      JobId id,
      String run,
      int attempt,
      Outcome outcome,
      @Nullable String cause,
      @Nullable Integer exitCode,
      String summary,
      String worker,
      Instant queuedAt,
      Instant startedAt,
      Instant finishedAt,
      Map<String, Long> phasesMillis,
      @Nullable TestCounts tests,
      FileSummary log,
      Job about) {
    this(
        id,
        run,
        attempt,
        outcome,
        cause,
        exitCode,
        summary,
        worker,
        queuedAt,
        startedAt,
        finishedAt,
        phasesMillis,
        tests,
        log,
        null,
        about);
  }

  public Result {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("outcome", outcome);
    Names.present("summary", summary);
    Names.present("worker", worker);
    queuedAt = Names.millis("queuedAt", queuedAt);
    startedAt = Names.millis("startedAt", startedAt);
    finishedAt = Names.millis("finishedAt", finishedAt);
    Names.present("phasesMillis", phasesMillis);
    Names.present("log", log);
    Names.present("about", about);
    phasesMillis = Collections.unmodifiableMap(new LinkedHashMap<>(phasesMillis));
    if (attempt < 1) {
      throw new InvalidInputException("result of " + id + ": attempt is " + attempt);
    }
    if (!about.id().equals(id)) {
      throw new InvalidInputException("result of " + id + " is about another job: " + about.id());
    }
  }

  /** From the start of the run to its end, by the worker's clock; never negative. */
  public Duration duration() {
    Duration duration = Duration.between(startedAt, finishedAt);
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** The same result with another word about its log. */
  public Result withLog(FileSummary changed) {
    return withFiles(changed, cases);
  }

  /** What is known of one of the run's files. */
  public FileSummary summaryOf(RunFile file) {
    return switch (file) {
      case LOG -> log;
      case TESTS -> cases == null ? FileSummary.EMPTY : cases;
    };
  }

  /** The same result with another word about its files. */
  public Result withFiles(FileSummary changedLog, @Nullable FileSummary changedCases) {
    return new Result(
        id,
        run,
        attempt,
        outcome,
        cause,
        exitCode,
        summary,
        worker,
        queuedAt,
        startedAt,
        finishedAt,
        phasesMillis,
        tests,
        changedLog,
        changedCases,
        about);
  }
}
