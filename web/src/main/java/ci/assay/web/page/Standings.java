package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitLine;
import ci.assay.index.JobLine;
import ci.assay.index.StripLine;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.model.State;
import ci.assay.model.State.Standing;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The states of jobs, commits and branches, according to what the workers reported at one moment.
 * Immutable.
 *
 * @param jobs the runs that are under way, by the ids of their jobs
 * @param commits the earliest of these runs for each commit, by {@code REPOSITORY/COMMIT}
 */
public record Standings(Map<String, Standing> jobs, Map<String, Standing> commits) {

  /** The states according to what these workers run. */
  public static Standings of(List<Presence> workers) {
    Map<String, Standing> jobs = new HashMap<>();
    Map<String, Standing> commits = new HashMap<>();
    for (Presence worker : workers) {
      for (Presence.Underway run : worker.running()) {
        JobId id = run.job();
        Standing standing = Standing.running(worker.worker(), run.startedAt());
        jobs.merge(id.toString(), standing, Standings::earlier);
        commits.merge(key(id.repository(), id.commit().value()), standing, Standings::earlier);
      }
    }
    return new Standings(jobs, commits);
  }

  /** The state of a job. */
  public Standing of(JobLine job) {
    return job.outcome() != null
        ? Standing.over(job.outcome())
        : jobs.getOrDefault(job.id(), Standing.WAITING);
  }

  /**
   * The state of a commit. Without a verdict, it is running while a worker runs one of its jobs.
   */
  public Standing of(CommitLine commit) {
    return commit.outcome() != null
        ? Standing.over(commit.outcome())
        : ofUnjudged(commit.repository(), commit.commit());
  }

  /** The state of a commit. */
  public State of(StripLine commit) {
    return commit.outcome() != null
        ? State.of(commit.outcome())
        : ofUnjudged(commit.repository(), commit.commit()).state();
  }

  /** The state of a branch's tip; waiting if the tip is unknown. */
  public State of(BranchLine branch) {
    if (branch.outcome() != null) {
      return State.of(branch.outcome());
    }
    return branch.tip() == null
        ? State.WAITING
        : ofUnjudged(branch.repository(), branch.tip()).state();
  }

  private Standing ofUnjudged(String repository, String commit) {
    return commits.getOrDefault(key(repository, commit), Standing.WAITING);
  }

  private static String key(String repository, String commit) {
    return repository + "/" + commit;
  }

  private static Standing earlier(Standing one, Standing other) {
    Instant first = one.since();
    Instant second = other.since();
    return first != null && second != null && second.isBefore(first) ? other : one;
  }
}
