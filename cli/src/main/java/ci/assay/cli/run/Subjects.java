package ci.assay.cli.run;

import ci.assay.cli.console.PlainText;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.git.LocalRepository;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** The subjects of commits. */
public final class Subjects {

  private final Map<CommitId, String> byCommit;

  private Subjects(Map<CommitId, String> byCommit) {
    this.byCommit = byCommit;
  }

  /**
   * Reads the subjects of the jobs' commits.
   *
   * @param mirrors for a repository that is not on this machine
   * @throws GitException when the repository cannot be read
   */
  public static Subjects of(Repository repository, List<Job> jobs, MirrorStore mirrors)
      throws GitException {
    Path local = GitUrl.parse(repository.url()).local();
    if (local == null) {
      return read(mirrors.mirrorOf(repository).repository(), jobs);
    }
    try (org.eclipse.jgit.lib.Repository opened = LocalRepository.open(local)) {
      return read(opened, jobs);
    }
  }

  private static Subjects read(org.eclipse.jgit.lib.Repository repository, List<Job> jobs) {
    Map<CommitId, String> subjects = new HashMap<>();
    try (RevWalk walk = new RevWalk(repository)) {
      for (Job job : jobs) {
        ObjectId id = ObjectId.fromString(job.commit().value());
        subjects.put(job.commit(), walk.parseCommit(id).getShortMessage());
      }
    } catch (IOException e) {
      return new Subjects(
          subjects); // subjects are only for people, so an error is no reason to stop
    }
    return new Subjects(subjects);
  }

  /** A commit's subject, made safe for a terminal; empty when unknown. */
  public String of(CommitId commit) {
    return PlainText.line(byCommit.getOrDefault(commit, ""));
  }
}
