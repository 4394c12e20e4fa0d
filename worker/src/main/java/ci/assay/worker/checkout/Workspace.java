package ci.assay.worker.checkout;

import ci.assay.git.GitException;
import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.Repository;

/**
 * The folder in which one slot runs the commits of one repository, one after another. For use by
 * one thread at a time.
 */
public interface Workspace {

  /**
   * Makes the work tree exactly that of the commit. Nothing that an earlier run added, changed or
   * removed is left, and its {@code .git} lets git's commands work.
   *
   * @param mirror has the commit; it is only read
   * @throws RefusedCommitException when the commit has something that must not be in a work tree
   * @throws java.nio.file.FileSystemException when something in the work tree, which it names,
   *     cannot be changed or deleted; a checkout to another folder may work
   * @throws IOException when it failed for another reason than the commit; the next checkout
   *     repairs the work tree
   */
  Checkout checkout(Repository mirror, CommitId commit) throws IOException, RefusedCommitException;

  /**
   * Fills the folders of the submodules of a work tree that was just checked out. They stay filled
   * until the next checkout.
   *
   * @param checkout what the last checkout returned
   * @param mirror the one that the checkout was made from
   * @return the checkout with its submodules
   * @throws RefusedCommitException when the commit has submodules that are not allowed
   * @throws GitException when one cannot be fetched
   * @throws IOException when it failed for another reason than the commit; the next checkout
   *     repairs the work tree
   */
  Checkout addSubmodules(Checkout checkout, Repository mirror, Submodules source)
      throws IOException, GitException, RefusedCommitException, InterruptedException;

  /**
   * The files that were added to the work tree or changed since the last checkout. Not those in
   * {@code .git} or {@code node_modules}, and not copies: files with the same content as a file of
   * the commit.
   *
   * @param limit how many files are returned at most
   */
  List<Path> writtenSince(Wanted wanted, int limit) throws IOException;

  /** Selects files by their names and the names of the folders they are in. */
  @FunctionalInterface
  interface Wanted {
    boolean test(String folder, String file);
  }
}
