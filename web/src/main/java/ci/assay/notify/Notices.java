package ci.assay.notify;

import ci.assay.failure.FailureFinder;
import ci.assay.failure.FailureText;
import ci.assay.git.GitUrl;
import ci.assay.model.Change;
import ci.assay.model.Job;
import ci.assay.model.Verdict;
import ci.assay.notify.receiver.Notice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what is told of a commit. Safe for use by many threads. */
final class Notices {

  private final FailureFinder failures;
  private final @Nullable String address;

  /**
   * @param address of the pages; null where nobody said it
   */
  Notices(FailureFinder failures, @Nullable String address) {
    this.failures = failures;
    this.address = address;
  }

  /** A commit has no verdict yet. */
  Notice waiting(Job job) {
    return new Notice(Notice.Kind.WAITING, about(job), null, null, List.of(), page(job));
  }

  /** How a commit stands: no more than a forge shows. */
  Notice state(Job job, Verdict verdict) {
    return new Notice(Notice.Kind.VERDICT, about(job), said(verdict), null, List.of(), page(job));
  }

  /** A commit has its verdict, or a branch changed with it; with the reason where it failed. */
  Notice told(Notice.Kind kind, Job job, Verdict verdict, Notice.@Nullable Before before) {
    List<String> why =
        verdict.outcome().isGood()
            ? List.of()
            : FailureText.lines(failures.of(verdict.repository(), verdict.commit()));
    return new Notice(kind, about(job), said(verdict), before, why, page(job));
  }

  private static Notice.Verdict said(Verdict verdict) {
    return new Notice.Verdict(verdict.outcome(), verdict.summary(), verdict.finishedAt());
  }

  private static Notice.About about(Job job) {
    Change change = job.change();
    return new Notice.About(
        job.repository().name(),
        GitUrl.parse(job.repository().url()).withoutLogin(),
        job.commit().value(),
        job.ref(),
        change == null ? null : change.subject(),
        change == null ? null : change.author());
  }

  private @Nullable String page(Job job) {
    return address == null
        ? null
        : address + "/r/" + job.repository().name() + "/" + job.commit().value();
  }
}
