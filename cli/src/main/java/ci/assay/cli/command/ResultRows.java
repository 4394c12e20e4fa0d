package ci.assay.cli.command;

import ci.assay.cli.results.VerdictTable;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.State;
import ci.assay.model.State.Standing;
import ci.assay.model.Verdict;
import ci.assay.web.api.ApiModels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of {@code assay results} from files, the same as a server's API returns. */
final class ResultRows {

  private ResultRows() {}

  /**
   * The commits that wait or run, the oldest first, then those with the latest verdicts.
   *
   * @param repository null for all
   * @param limit the most verdicts
   */
  static List<ApiModels.Commit> of(ResultReader reader, @Nullable String repository, int limit) {
    List<Job> owed = repository == null ? reader.pending() : reader.pending(repository);
    List<Verdict> verdicts =
        repository == null ? reader.newest(limit) : reader.newest(repository, limit);
    Map<String, ApiModels.Commit> rows = new LinkedHashMap<>();
    for (Job job : owed) {
      rows.merge(
          job.repository().name() + "/" + job.commit(),
          row(job, reader.standing(job.id()), null),
          (one, other) -> one.state() == State.RUNNING ? one : other);
    }
    List<ApiModels.Commit> all = new ArrayList<>(rows.values());
    verdicts.forEach(
        verdict -> jobOf(reader, verdict).map(job -> judged(job, verdict)).ifPresent(all::add));
    return all;
  }

  private static Optional<Job> jobOf(ResultReader reader, Verdict verdict) {
    return reader.results(verdict.repository(), verdict.commit()).stream()
        .findFirst()
        .map(Result::about);
  }

  private static ApiModels.Commit judged(Job job, Verdict verdict) {
    return row(job, Standing.over(verdict.outcome()), verdict);
  }

  private static ApiModels.Commit row(Job job, Standing standing, @Nullable Verdict verdict) {
    Change change = job.change();
    return new ApiModels.Commit(
        job.repository().name(),
        job.commit().value(),
        verdict == null ? job.ref() : verdict.ref(),
        job.parents().stream().findFirst().map(CommitId::value).orElse(null),
        change == null ? null : change.author(),
        change == null ? null : change.subject(),
        change == null ? null : change.authoredAt(),
        verdict == null ? job.queuedAt() : verdict.queuedAt(),
        standing.state(),
        standing.worker(),
        standing.since(),
        verdict == null ? null : verdict.outcome(),
        verdict == null ? null : verdict.finishedAt(),
        verdict == null ? null : verdict.duration().toMillis(),
        verdict == null ? null : verdict.summary());
  }

  /** The subject of a job's commit; null if the observer did not report it. */
  static @Nullable String subject(Job job) {
    return job.change() == null ? null : job.change().subject();
  }

  /** The commits without a verdict. */
  static List<VerdictTable.Owed> owed(List<ApiModels.Commit> commits) {
    return commits.stream()
        .filter(each -> !each.state().isOver())
        .map(
            each ->
                new VerdictTable.Owed(
                    named(each),
                    new Standing(each.state(), each.runningOn(), each.runningSince()),
                    each.queuedAt()))
        .toList();
  }

  /** The commits with a verdict. */
  static List<VerdictTable.Judged> judged(List<ApiModels.Commit> commits) {
    return commits.stream().flatMap(each -> judged(each).stream()).toList();
  }

  private static Optional<VerdictTable.Judged> judged(ApiModels.Commit commit) {
    if (commit.outcome() == null
        || commit.finishedAt() == null
        || commit.durationMillis() == null
        || commit.summary() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new VerdictTable.Judged(
            named(commit),
            Standing.over(commit.outcome()),
            Duration.ofMillis(commit.durationMillis()),
            commit.finishedAt(),
            commit.summary()));
  }

  private static VerdictTable.Named named(ApiModels.Commit commit) {
    return new VerdictTable.Named(
        commit.repository(), commit.commit(), commit.ref(), commit.subject());
  }
}
