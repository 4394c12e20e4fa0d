package ci.assay.observer.job;

import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.observer.history.Changes;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.state.PlannedCommit;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the job of a planned commit: one, of the variant {@code default}; what a pipeline's matrix
 * asks for will be decided here.
 */
public final class JobPlanner {

  private static final Logger log = LoggerFactory.getLogger(JobPlanner.class);

  /** A job keeps its bound whatever somebody merged. */
  private static final int MOST_PARENTS = 100;

  private final JobTerms terms;
  private final Repository objects;

  public JobPlanner(JobTerms terms, Repository objects) {
    this.terms = terms;
    this.objects = objects;
  }

  /** The name of the repository. */
  String repository() {
    return terms.repository().name();
  }

  JobId idOf(CommitId commit) {
    return JobId.of(terms.repository().name(), commit, Variant.DEFAULT.name());
  }

  public Job jobOf(PlannedCommit planned) {
    try (RevWalk walk = new RevWalk(objects)) {
      return job(planned, walk.parseCommit(ObjectId.fromString(planned.commit().value())));
    } catch (IOException | RuntimeException | StackOverflowError e) { // odd, damaged, or huge
      log.debug("job of {} goes without what is in it: {}", planned.commit(), e.toString());
      return job(planned, null, List.of(), null);
    }
  }

  private Job job(PlannedCommit planned, RevCommit commit) {
    return job(
        planned,
        toId(commit.getTree()),
        Arrays.stream(commit.getParents()).limit(MOST_PARENTS).map(JobPlanner::toId).toList(),
        Changes.of(commit));
  }

  private Job job(
      PlannedCommit planned,
      @Nullable CommitId tree,
      List<CommitId> parents,
      @Nullable Change change) {
    return new Job(
        idOf(planned.commit()),
        new Revision(terms.repository(), planned.commit(), tree, parents, planned.ref()),
        new Task(Variant.DEFAULT, 1, terms.test(), terms.pool(), terms.timeout().toSeconds()),
        new Origin(planned.queuedAt(), planned.reason(), change, planned.trusted() ? true : null));
  }

  private static CommitId toId(ObjectId id) {
    return new CommitId(id.name());
  }
}
