package ci.assay.coordinator.store;

import ci.assay.common.Texts;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobRuns.GivenBack;
import ci.assay.coordinator.owed.JobRuns.OneRun;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import com.github.f4b6a3.ulid.UlidCreator;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Creates the results that no worker reports: of jobs that were given up or cancelled. */
public record CoordinatorResults(Clock clock) {

  /** Takes the place of a worker's name. */
  static final String WORKER = "coordinator";

  private static final int MOST_NAMED = 20;

  /** A result of a later attempt says of so many characters why the earlier ones have none. */
  private static final int LONGEST_EARLIER = 2_000;

  /**
   * The result of a job whose attempts are used up.
   *
   * @param spent the attempts, at least one
   */
  public Result givenUp(Job job, List<OneRun> spent) {
    String times = spent.size() == 1 ? "1 attempt" : spent.size() + " attempts";
    return result(
        job,
        spent.size(),
        Outcome.ERRORED,
        "no result after " + times + ": " + joined(spent.stream().map(CoordinatorResults::ending)),
        "given up after " + times);
  }

  /**
   * The result of a job for which no worker has what it needs.
   *
   * @param unseen the runs that did not find the path, at least one
   */
  public Result unseen(Job job, List<OneRun> unseen) {
    List<String> mends =
        unseen.stream()
            .map(OneRun::returned)
            .map(back -> back == null ? null : back.mend())
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return mends.isEmpty() ? pathUnseen(job, unseen) : unfit(job, unseen, mends);
  }

  private Result unfit(Job job, List<OneRun> unseen, List<String> mends) {
    String cause =
        "no worker of pool '%s' can run it: %s; %s"
            .formatted(
                job.pool(),
                joined(unseen.stream().map(CoordinatorResults::ending).distinct()),
                joined(mends.stream()));
    return result(job, 1, Outcome.ERRORED, cause, "no worker can run it");
  }

  private Result pathUnseen(Job job, List<OneRun> unseen) {
    String cause =
        ("no worker of pool '%s' sees the repository's path %s: %s; give the observer a URL that each"
                + " worker can fetch from (ssh: or https:), or make that path the repository on each")
            .formatted(
                job.pool(),
                job.repository().url(),
                joined(unseen.stream().map(CoordinatorResults::ending).distinct()));
    return result(job, 1, Outcome.ERRORED, cause, "no worker sees its repository");
  }

  /**
   * Why the attempts of a job before a run have no result, in words; null when none is known.
   *
   * @param run the run that has the result
   */
  static @Nullable String earlier(JobRuns runs, String run) {
    String words =
        joined(
            runs.spent().stream()
                .filter(spent -> !spent.id().equals(run))
                .map(CoordinatorResults::ending));
    return words.isEmpty() ? null : Texts.cut(words, LONGEST_EARLIER);
  }

  private static String joined(Stream<String> endings) {
    return endings.limit(MOST_NAMED).collect(Collectors.joining("; "));
  }

  /**
   * The result of a job that a person cancelled.
   *
   * @param run the run that was under way; null for none
   * @param logBytes the number of bytes of its output that are kept
   */
  public Result cancelled(Job job, int attempt, String by, @Nullable OneRun run, long logBytes) {
    String words = "cancelled by " + by;
    Result result = result(job, attempt, Outcome.CANCELLED, words, words);
    if (run == null) {
      return result;
    }
    Instant end = result.finishedAt();
    Instant began = run.startedAt() == null || run.startedAt().isAfter(end) ? end : run.startedAt();
    return new Result(
        result.id(),
        result.runId(),
        result.conclusion(),
        new Execution(run.worker(), job.queuedAt(), began, end, Map.of()),
        new Findings(null, new FileSummary(logBytes, false, null), null),
        job);
  }

  private static String ending(OneRun run) {
    String who = "worker " + run.worker();
    GivenBack back = run.returned();
    if (back != null) {
      return who + " gave it back: " + back.reason();
    }
    return run.startedAt() == null
        ? who + " was lost"
        : who + " was lost during its run, which began at " + Texts.time(run.startedAt());
  }

  private Result result(Job job, int attempt, Outcome outcome, String cause, String summary) {
    Instant now = clock.instant();
    return new Result(
        job.id(),
        new RunId(UlidCreator.getUlid().toString(), Math.max(1, attempt)),
        new Conclusion(outcome, cause, null, summary),
        new Execution(WORKER, job.queuedAt(), now, now, Map.of()),
        new Findings(null, new FileSummary(0, false, null), null),
        job);
  }
}
