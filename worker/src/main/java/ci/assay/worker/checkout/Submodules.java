package ci.assay.worker.checkout;

import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.model.CommitId;
import java.time.Duration;
import org.eclipse.jgit.lib.Repository;

/** Where the commits of submodules come from. */
public interface Submodules {

  /**
   * A repository that has a submodule's commit; not closed by the caller.
   *
   * @param path where the submodule is in the work tree, for messages
   * @param url as {@code .gitmodules} has it
   * @param superproject the repository that has the submodule
   * @param limit how long it may take
   * @throws RefusedCommitException when that URL is none that we fetch from
   * @throws GitException when it cannot be had
   */
  Source fetch(String path, String url, GitUrl superproject, CommitId commit, Duration limit)
      throws GitException, RefusedCommitException, InterruptedException;

  /**
   * What has a submodule's commit.
   *
   * @param url of the repository that was asked
   */
  record Source(Repository mirror, GitUrl url) {}
}
