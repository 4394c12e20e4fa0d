package ci.assay.worker.checkout;

import ci.assay.git.GitException;
import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.Repository;

/**
 * The folder in which one slot runs the commits of one repository, one after the other. Used by one
 * thread at a time.
 */
public interface Workspace {

  /**
   * Makes the work tree exactly the commit's: nothing that an earlier run added, changed or removed
   * shows in it, and its {@code .git} lets git's commands work.
   *
   * @param mirror has the commit; read only
   * @throws RefusedCommitException when the commit has what no work tree may have
   * @throws java.nio.file.FileSystemException when something in the work tree is in the way, which
   *     it names; a checkout to another folder may work
   * @throws IOException when it failed for another reason of ours; the next checkout mends it
   */
  Checkout checkout(Repository mirror, CommitId commit) throws IOException, RefusedCommitException;

  /**
   * Fills the folders of the submodules of a work tree that is as it was checked out, until the
   * next checkout.
   *
   * @param checkout what the last checkout returned
   * @param mirror what it was made from
   * @return the work tree as it is now
   * @throws RefusedCommitException when the commit names submodules that it may not have
   * @throws GitException when one cannot be had
   * @throws IOException when it failed for a reason of ours; the next checkout mends it
   */
  Checkout addSubmodules(Checkout checkout, Repository mirror, Submodules source)
      throws IOException, GitException, RefusedCommitException, InterruptedException;

  /**
   * The files that were added to the work tree or changed since the last checkout; not those in
   * {@code .git} or {@code node_modules}, and not those that hold what a file of the commit holds:
   * they are copies.
   *
   * @param limit the most that are returned
   */
  List<Path> writtenSince(Wanted wanted, int limit) throws IOException;

  /** Which files are asked for: tells it by the name of a file and that of the folder it is in. */
  @FunctionalInterface
  interface Wanted {
    boolean test(String folder, String file);
  }
}
