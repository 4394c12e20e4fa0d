package ci.assay.notify;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.notify.outbox.Notes;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was before a commit: along its first parents, as far as they are known. */
final class Lineage {

  private static final int MOST_STEPS = 200;

  private final ResultReader files;

  Lineage(ResultReader files) {
    this.files = files;
  }

  /**
   * The commit before that decides.
   *
   * @param isJudged false while it has no verdict yet
   * @param commit null where there is none
   * @param outcome null where there is none
   */
  record Previous(boolean isJudged, @Nullable String commit, @Nullable Outcome outcome) {

    boolean isBad() {
      return outcome != null && !outcome.isGood();
    }
  }

  private static final Previous NOT_JUDGED = new Previous(false, null, null);
  private static final Previous NONE = new Previous(true, null, null);

  /** The job that was first queued for a commit. */
  static Optional<Job> firstJob(StoredCommit commit) {
    return Stream.concat(commit.jobs().stream(), commit.results().stream().map(Result::about))
        .min(Comparator.comparing(Job::queuedAt));
  }

  /** Whether it says that a branch is good or bad; what was left out says nothing. */
  static boolean decides(Outcome outcome) {
    return outcome != Outcome.SKIPPED && outcome != Outcome.CANCELLED;
  }

  /**
   * The nearest commit before one that decides. Where the parents are not known, as their branch is
   * not watched whole, the last one of the same ref.
   */
  Previous before(Job job, Notes notes) {
    String repository = job.repository().name();
    CommitId next = parent(job);
    for (int step = 0; next != null && step < MOST_STEPS; step++) {
      StoredCommit stored = files.stored(repository, next);
      Optional<Job> about = firstJob(stored);
      if (about.isEmpty()) {
        break;
      }
      if (stored.verdict().isEmpty()) {
        return NOT_JUDGED;
      }
      Outcome outcome = stored.verdict().get().outcome();
      if (decides(outcome)) {
        return new Previous(true, next.value(), outcome);
      }
      next = parent(about.get());
    }
    return notes
        .decidedBefore(repository, job.ref(), job.queuedAt())
        .map(seen -> new Previous(true, seen.commit(), seen.outcome()))
        .orElse(NONE);
  }

  private static @Nullable CommitId parent(Job job) {
    return job.parents().isEmpty() ? null : job.parents().get(0);
  }
}
