package ci.assay.observer.state;

import ci.assay.model.CommitId;
import java.time.Instant;

/**
 * A commit that is owed a job: all that has to be remembered of it until the job is sent.
 *
 * @param ref where it was first seen
 * @param reason as in a job
 * @param queuedAt when it was first stored
 * @param trusted whether that ref is trusted
 */
public record PlannedCommit(
    CommitId commit, String ref, String reason, Instant queuedAt, boolean trusted) {

  public static final String PUSH = "push";
  public static final String BACKLOG = "backlog";

  /** Seen on a ref that is not trusted. */
  public PlannedCommit(CommitId commit, String ref, String reason, Instant queuedAt) {
    this(commit, ref, reason, queuedAt, false);
  }
}
