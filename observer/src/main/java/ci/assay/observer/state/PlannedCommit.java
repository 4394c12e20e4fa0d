package ci.assay.observer.state;

import ci.assay.model.CommitId;
import java.time.Instant;

/**
 * A commit that is to get a job, with all that must be remembered until its jobs are sent.
 *
 * @param ref the ref on which it was first seen
 * @param reason the {@code reason} of its jobs
 * @param queuedAt when it was first stored
 * @param trusted whether {@code ref} is trusted
 */
public record PlannedCommit(
    CommitId commit, String ref, String reason, Instant queuedAt, boolean trusted) {

  public static final String PUSH = "push";
  public static final String BACKLOG = "backlog";

  /** A commit first seen on a ref that is not trusted. */
  public PlannedCommit(CommitId commit, String ref, String reason, Instant queuedAt) {
    this(commit, ref, reason, queuedAt, false);
  }
}
