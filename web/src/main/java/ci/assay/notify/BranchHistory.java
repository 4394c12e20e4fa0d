package ci.assay.notify;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.notify.outbox.OutboxTransaction;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the outcome that came before a commit, along first parents as far as they are known. */
final class BranchHistory {

  private static final int MAX_STEPS = 200;

  private final ResultReader files;

  BranchHistory(ResultReader files) {
    this.files = files;
  }

  /**
   * The nearest earlier commit with a conclusive outcome.
   *
   * @param isJudged false while an earlier commit still has no verdict
   * @param commit its id; null if there is no such commit
   * @param outcome its outcome; null if there is no such commit
   */
  record Previous(boolean isJudged, @Nullable String commit, @Nullable Outcome outcome) {

    boolean isFailing() {
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

  /** Whether an outcome says that a branch passes or fails: skipped and cancelled do not. */
  static boolean isConclusive(Outcome outcome) {
    return outcome != Outcome.SKIPPED && outcome != Outcome.CANCELLED;
  }

  /**
   * The nearest earlier commit with a conclusive outcome. If the parents are not known, because not
   * all commits of the branch are watched, the last such commit of the same ref.
   */
  Previous before(Job job, OutboxTransaction outbox) {
    String repository = job.repository().name();
    CommitId next = parent(job);
    for (int step = 0; next != null && step < MAX_STEPS; step++) {
      StoredCommit stored = files.stored(repository, next);
      Optional<Job> about = firstJob(stored);
      if (about.isEmpty()) {
        break;
      }
      if (stored.verdict().isEmpty()) {
        return NOT_JUDGED;
      }
      Outcome outcome = stored.verdict().get().outcome();
      if (isConclusive(outcome)) {
        return new Previous(true, next.value(), outcome);
      }
      next = parent(about.get());
    }
    return outbox
        .lastConclusiveBefore(repository, job.ref(), job.queuedAt())
        .map(last -> new Previous(true, last.commit(), last.outcome()))
        .orElse(NONE);
  }

  private static @Nullable CommitId parent(Job job) {
    return job.parents().isEmpty() ? null : job.parents().get(0);
  }
}
