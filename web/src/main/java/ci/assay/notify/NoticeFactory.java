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

/** Makes the notices about a commit. Safe for use by many threads. */
final class NoticeFactory {

  private final FailureFinder failures;
  private final @Nullable String address;

  /**
   * @param address the base URL of the pages; null if it is not configured
   */
  NoticeFactory(FailureFinder failures, @Nullable String address) {
    this.failures = failures;
    this.address = address;
  }

  /** For a commit without a verdict. */
  Notice pending(Job job) {
    return new Notice(Notice.Kind.WAITING, about(job), null, null, List.of(), page(job));
  }

  /** The status of a commit: without the reasons of a failure, which forges do not show. */
  Notice status(Job job, Verdict verdict) {
    return new Notice(
        Notice.Kind.VERDICT, about(job), summary(verdict), null, List.of(), page(job));
  }

  /** For a verdict, or a change of a branch by it; with the reasons of a failure. */
  Notice verdict(Notice.Kind kind, Job job, Verdict verdict, Notice.@Nullable Before before) {
    List<String> why =
        verdict.outcome().isGood()
            ? List.of()
            : FailureText.lines(failures.of(verdict.repository(), verdict.commit()));
    return new Notice(kind, about(job), summary(verdict), before, why, page(job));
  }

  private static Notice.Verdict summary(Verdict verdict) {
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
