package ci.assay.worker.checkout;

import ci.assay.git.GitException;
import ci.assay.model.CommitId;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.settings.CheckoutLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one work tree and remembers what it wrote there, so that a checkout only has to look at
 * each file and write those that differ. It remembers that only in memory: after a restart, or a
 * failed checkout, it begins with an empty folder.
 */
public final class IncrementalWorkspace implements Workspace {

  private static final Logger log = LoggerFactory.getLogger(IncrementalWorkspace.class);

  /** What was written, and when that was done, in nanoseconds of the file system's clock. */
  private record Written(
      FolderNode root, GitFolder git, long atNanos, List<SubmoduleWriter.Filled> filled) {}

  private final Path tree;
  private final CheckoutLimits limits;
  private @Nullable Written written;

  /**
   * @param tree the work tree; it and its parents are created if they are missing
   * @param limits how large a commit may be
   */
  public IncrementalWorkspace(Path tree, CheckoutLimits limits) {
    this.tree = tree;
    this.limits = limits;
  }

  @Override
  public Checkout checkout(Repository mirror, CommitId commit)
      throws IOException, RefusedCommitException {
    boolean isDone = false;
    try {
      Checkout checkout = write(mirror, commit);
      isDone = true;
      return checkout;
    } catch (IncorrectObjectTypeException | LargeObjectException e) {
      throw new RefusedCommitException("the commit is damaged: " + e.getMessage());
    } finally {
      if (!isDone) {
        removeWhatIsThere();
      }
    }
  }

  /** A partial checkout is of no use, and may fill the disk. */
  private void removeWhatIsThere() {
    written = null;
    try {
      FileTree.delete(tree);
    } catch (IOException e) {
      log.debug("{} cannot be removed: {}", tree, e.toString());
    }
  }

  private Checkout write(Repository mirror, CommitId commit)
      throws IOException, RefusedCommitException {
    Written before = verified();
    written = null;
    FolderNode root = before.root();
    ObjectId id = ObjectId.fromString(commit.value());
    try (ObjectReader objects = mirror.newObjectReader();
        RevWalk commits = new RevWalk(objects)) {
      ObjectId wanted = treeOf(commits, id);
      TreeSize size = new TreeSize(objects, limits);
      size.measure(wanted, root);
      new TreeWriter(objects, size).write(tree, root, wanted);
    }
    IndexFile index = IndexFile.of(root);
    long now = before.git().write(mirror, id, index);
    root.stamp = FileStamp.of(tree);
    written = new Written(root, before.git(), now, List.of());
    return new Checkout(tree, index.submodules(), index.pointers(), index.ignored());
  }

  private static ObjectId treeOf(RevWalk commits, ObjectId id)
      throws IOException, RefusedCommitException {
    try {
      return commits.parseCommit(id).getTree().copy();
    } catch (RuntimeException e) { // thrown by JGit if the content is no commit
      throw new RefusedCommitException("the commit is damaged: " + e);
    }
  }

  /**
   * The part of the work tree that is still as we left it: usually nearly all of it, at worst two
   * empty folders. The rest is deleted.
   */
  private Written verified() throws IOException {
    Written last = written;
    if (last == null || !isThere(last.root()) || !isPlain(last)) {
      FileTree.delete(tree);
      Files.createDirectories(tree);
      FolderNode empty = new FolderNode(null, FileStamp.of(tree));
      return new Written(empty, newGitFolder(), 0, List.of());
    }
    FolderNode root = last.root();
    root.children.put(Constants.DOT_GIT, last.git().node());
    last.filled().forEach(SubmoduleWriter.Filled::forget);
    new TreeVerifier(last.atNanos()).verify(tree, root);
    for (SubmoduleWriter.Filled each : last.filled()) {
      each.emptied();
    }
    boolean keepsGit = root.children.remove(Constants.DOT_GIT) != null;
    return new Written(root, keepsGit ? last.git() : newGitFolder(), 0, List.of());
  }

  @Override
  public Checkout addSubmodules(Checkout checkout, Repository mirror, Submodules source)
      throws IOException, GitException, RefusedCommitException, InterruptedException {
    Written before = written;
    if (before == null || checkout.submodules() == 0) {
      return checkout;
    }
    written = null;
    try {
      SubmoduleWriter writer = new SubmoduleWriter(source, limits);
      writer.write(tree, before.root(), mirror);
      long now = Math.max(before.atNanos(), writer.atNanos());
      written = new Written(before.root(), before.git(), now, writer.filled());
      return checkout.withSubmodules(writer.left(), writer.pointers());
    } catch (IncorrectObjectTypeException | LargeObjectException e) {
      throw new RefusedCommitException("a submodule's commit is damaged: " + e.getMessage());
    } finally {
      if (written == null) {
        removeWhatIsThere();
      }
    }
  }

  private GitFolder newGitFolder() throws IOException {
    return GitFolder.create(tree.resolve(Constants.DOT_GIT));
  }

  private boolean isPlain(Written last) throws IOException {
    return new TreeVerifier(last.atNanos()).isPlain(tree, last.root(), FileStamp.Trace.of(tree));
  }

  private boolean isThere(FolderNode root) throws IOException {
    return Files.exists(tree, LinkOption.NOFOLLOW_LINKS)
        && FileStamp.Trace.of(tree).isSameDirectoryAs(root.stamp);
  }

  @Override
  public List<Path> writtenSince(Wanted wanted, int limit) throws IOException {
    Written last = written;
    if (last == null || !isThere(last.root())) {
      return List.of();
    }
    TreeVerifier verifier = new TreeVerifier(last.atNanos());
    List<Path> found = new NewFiles(verifier, wanted, limit).find(tree, last.root());
    return found.isEmpty() ? found : CommitContents.without(last.root(), found);
  }
}
