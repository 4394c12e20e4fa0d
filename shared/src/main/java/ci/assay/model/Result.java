package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.report.TestCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run reports; the first result stored for a job decides.
 *
 * @param id the job
 * @param about the whole job, so that judging needs no earlier message
 */
public record Result(
    JobId id, RunId runId, Conclusion conclusion, Execution execution, Findings findings, Job about)
    implements FromWorker {

  public Result {
    Names.present("job", id);
    Names.present("about", about);
    if (!about.id().equals(id)) {
      throw new InvalidInputException("result of " + id + " is about another job: " + about.id());
    }
  }

  public String run() {
    return runId.run();
  }

  public int attempt() {
    return runId.attempt();
  }

  /** Which attempt this was and, where that is known, why the earlier ones have no result. */
  public String attemptWords() {
    String earlier = runId.earlier();
    return "attempt " + attempt() + (earlier == null ? "" : ": " + earlier);
  }

  public Outcome outcome() {
    return conclusion.outcome();
  }

  public @Nullable String cause() {
    return conclusion.cause();
  }

  public @Nullable Integer exitCode() {
    return conclusion.exitCode();
  }

  public String summary() {
    return conclusion.summary();
  }

  /** The command that was run; null when it is not known. */
  public Conclusion.@Nullable Command command() {
    return conclusion.command();
  }

  @Override
  public String worker() {
    return execution.worker();
  }

  public Instant queuedAt() {
    return execution.queuedAt();
  }

  public Instant startedAt() {
    return execution.startedAt();
  }

  public Instant finishedAt() {
    return execution.finishedAt();
  }

  public Map<String, Long> phasesMillis() {
    return execution.phasesMillis();
  }

  public @Nullable TestCounts tests() {
    return findings.tests();
  }

  public FileSummary log() {
    return findings.log();
  }

  public @Nullable FileSummary cases() {
    return findings.cases();
  }

  /** The results of the steps; empty when the run was one command. */
  public List<StepResult> steps() {
    List<StepResult> steps = findings.stepRecord().steps();
    return steps == null ? List.of() : steps;
  }

  /** Whether the run passed after a round that failed. */
  public boolean flaky() {
    return Boolean.TRUE.equals(findings.stepRecord().flaky());
  }

  /** The artifacts; null when none were asked for. */
  public @Nullable ArtifactSummary artifacts() {
    return findings.artifacts();
  }

  /** What the run wrote to {@code $ASSAY_SUMMARY}; null if that is nothing. */
  public @Nullable String markdown() {
    return findings.markdown();
  }

  /** From the start of the run to its end, by the worker's clock; never negative. */
  public Duration duration() {
    Duration duration = Duration.between(startedAt(), finishedAt());
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** The summary of one of the run's files. */
  public FileSummary summaryOf(RunFile file) {
    FileSummary cases = cases();
    return switch (file) {
      case LOG -> log();
      case TESTS -> cases == null ? FileSummary.EMPTY : cases;
      case MANIFEST, ARTIFACTS -> ofArtifacts(file);
    };
  }

  private FileSummary ofArtifacts(RunFile file) {
    ArtifactSummary artifacts = artifacts();
    if (artifacts == null || !artifacts.isSent()) {
      return FileSummary.EMPTY;
    }
    long bytes = file == RunFile.MANIFEST ? artifacts.manifestBytes() : artifacts.bytes();
    return new FileSummary(bytes, false, null);
  }

  /** The same result, which says why earlier attempts have no result. */
  public Result withEarlier(@Nullable String earlier) {
    RunId changed = new RunId(run(), attempt(), earlier);
    return new Result(id, changed, conclusion, execution, findings, about);
  }

  /** The same result with another summary of its log. */
  public Result withLog(FileSummary changed) {
    return withFiles(changed, cases());
  }

  /** The same result with other summaries of its files. */
  public Result withFiles(FileSummary changedLog, @Nullable FileSummary changedCases) {
    Findings changed = findings.withFiles(changedLog, changedCases);
    return new Result(id, runId, conclusion, execution, changed, about);
  }

  /** The same result with another summary of its artifacts. */
  public Result withArtifacts(@Nullable ArtifactSummary changed) {
    return new Result(id, runId, conclusion, execution, findings.withArtifacts(changed), about);
  }
}
