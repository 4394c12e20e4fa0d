package ci.assay.observer.job;

import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.git.LocalRepository;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.observer.history.RemoteNames;
import ci.assay.observer.history.Revisions;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.QueueTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/**
 * The jobs of a range of commits that a person names as in git: {@code A..B}, {@code HEAD~10..} or
 * a single commit. Names are resolved as in the repository itself, not in the mirror.
 */
public final class RangeJobs {

  /** The {@code reason} of such jobs. */
  static final String REASON = "run";

  private final MirrorStore mirrors;
  private final Clock clock;

  /**
   * @param mirrors the mirrors to fetch remote repositories to; not closed by this object
   */
  public RangeJobs(MirrorStore mirrors, Clock clock) {
    this.mirrors = mirrors;
    this.clock = clock;
  }

  /**
   * The jobs, oldest commit first, those of one commit together; at least one.
   *
   * @param range {@code HEAD} when it is empty
   * @throws InvalidInputException when the range names nothing in that repository
   * @throws GitException when the repository cannot be read
   */
  public List<Job> jobs(JobTerms terms, String range) throws GitException {
    Path local = GitUrl.parse(terms.repository().url()).local();
    return local == null ? fromMirror(terms, range) : fromLocal(terms, range, local);
  }

  private List<Job> fromLocal(JobTerms terms, String range, Path path) throws GitException {
    try (Repository repository = LocalRepository.open(path)) {
      String head = repository.getFullBranch();
      String ref = head != null && head.startsWith(Constants.R_REFS) ? head : Constants.HEAD;
      return jobs(terms, range, repository, ref, UnaryOperator.identity(), true);
    } catch (IOException e) {
      throw new UncheckedIOException("repository " + path, e);
    }
  }

  private List<Job> fromMirror(JobTerms terms, String range) throws GitException {
    Mirror mirror = mirrors.mirrorOf(terms.repository());
    Map<String, ObjectId> refs =
        mirror.remoteRefs(List.of(Constants.HEAD, "refs/heads/*", "refs/tags/*"));
    RemoteNames names = new RemoteNames(refs);
    mirror.fetch(names.tipsFor(range));
    return jobs(terms, range, mirror.repository(), names.headBranch(), names::toId, false);
  }

  /**
   * @param naming replaces the name that a revision begins with by one that {@code repository}
   *     knows
   * @param isTrusted true for a repository on this machine, whose commits count as the user's own
   */
  private List<Job> jobs(
      JobTerms terms,
      String range,
      Repository repository,
      String ref,
      UnaryOperator<String> naming,
      boolean isTrusted) {
    QueueTimes times = new QueueTimes(clock);
    JobPlanner planner = new JobPlanner(terms, repository);
    Revisions revisions = new Revisions(terms.repository().url(), repository, naming);
    return revisions.commits(range).stream()
        .map(commit -> new CommitId(commit.name()))
        .map(commit -> new PlannedCommit(commit, ref, REASON, times.next(), isTrusted))
        .flatMap(planned -> planner.jobsOf(planned).stream())
        .toList();
  }
}
