package ci.assay.observer;

import ci.assay.model.CommitId;
import java.time.Instant;

/**
 * A commit that is owed a job: all that has to be remembered of it until the job is sent.
 *
 * @param ref where it was first seen
 * @param reason as in a job
 * @param queuedAt when it was first stored
 */
record Planned(CommitId commit, String ref, String reason, Instant queuedAt) {

  static final String PUSH = "push";
  static final String BACKLOG = "backlog";
}
