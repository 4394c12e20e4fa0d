package ci.assay.worker.job;

import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.git.ObjectFolders;
import ci.assay.model.Job;
import ci.assay.worker.checkout.Checkout;
import ci.assay.worker.checkout.RefusedCommitException;
import ci.assay.worker.checkout.SubmoduleMirrors;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.command.RunNeeds;
import ci.assay.worker.command.TestCommand;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.HomeFolder;
import ci.assay.worker.folder.SlotFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;

/**
 * A run whose commit is checked out, and whose command is known.
 *
 * @param disk watches the space on the worker's disk; closed by whoever owns this
 */
record PreparedRun(
    SlotFolder.Place place,
    HomeFolder.Home home,
    Workspace workspace,
    TestCommand command,
    DiskSpace.Watch disk,
    Origin origin) {

  /** Where the commit came from, and may be read again. */
  record Origin(Mirror mirror, SubmoduleMirrors submodules) {

    /** The folders that hold the objects of the commit and its submodules. */
    private List<Path> objects() {
      return Stream.concat(Stream.of(mirror), submodules.used().stream())
          .flatMap(each -> ObjectFolders.of(each.repository()).stream())
          .distinct()
          .toList();
    }
  }

  RunNeeds needs() {
    return new RunNeeds(origin.objects(), command.wants().image());
  }

  /**
   * Checks a commit out. A repository on this machine may be repacked, or lose objects, at any
   * time: if one is missing, the mirror is asked to find it again, once.
   */
  static Checkout checkout(Workspace workspace, Mirror mirror, Job job)
      throws GitException, IOException, RefusedCommitException {
    try {
      return workspace.checkout(mirror.repository(), job.commit());
    } catch (MissingObjectException e) {
      mirror.recover(job.commit(), job.ref(), e.getObjectId());
      return workspace.checkout(mirror.repository(), job.commit());
    }
  }

  /**
   * Restores the work tree as it was before the first step.
   *
   * @throws IOException also when git cannot provide what it provided a moment ago
   */
  void renew(Job job) throws IOException, InterruptedException {
    try {
      Checkout fresh = checkout(workspace, origin.mirror(), job);
      if (command.wants().submodules()) {
        var unused =
            workspace.addSubmodules(fresh, origin.mirror().repository(), origin.submodules());
      }
    } catch (GitException | RefusedCommitException e) {
      throw new IOException("the work tree cannot be restored: " + e.getMessage(), e);
    }
  }
}
