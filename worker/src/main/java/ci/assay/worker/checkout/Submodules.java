package ci.assay.worker.checkout;

import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.model.CommitId;
import java.time.Duration;
import org.eclipse.jgit.lib.Repository;

/** Fetches the commits of submodules. */
public interface Submodules {

  /**
   * A repository that has a submodule's commit. The caller must not close it.
   *
   * @param path where the submodule is in the work tree, for messages
   * @param url as in {@code .gitmodules}
   * @param superproject the URL of the repository that has the submodule
   * @param limit how long the fetch may take
   * @throws RefusedCommitException when the URL must not be fetched from
   * @throws GitException when the fetch fails
   */
  Source fetch(String path, String url, GitUrl superproject, CommitId commit, Duration limit)
      throws GitException, RefusedCommitException, InterruptedException;

  /**
   * A repository that has a submodule's commit.
   *
   * @param url the URL that it was fetched from
   */
  record Source(Repository mirror, GitUrl url) {}
}
