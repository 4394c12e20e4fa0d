package ci.assay.worker;

import ci.assay.model.CommitId;
import ci.assay.worker.Node.FolderNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one work tree and remembers what it wrote there, so that a checkout costs a look at each
 * file and the writing of those that differ. What it remembers is in memory only: after a restart,
 * or a checkout that failed, it begins with an empty folder.
 */
final class IncrementalWorkspace implements Workspace {

  private final Path tree;
  private @Nullable FolderNode written;
  private long lastWrittenNanos;

  /**
   * @param tree the work tree; it and its parents are made when they are missing
   */
  IncrementalWorkspace(Path tree) {
    this.tree = tree;
  }

  @Override
  public Checkout checkout(Repository mirror, CommitId commit)
      throws IOException, RefusedCommitException {
    FolderNode root = verified();
    written = null;
    ObjectId id = ObjectId.fromString(commit.value());
    try (ObjectReader objects = mirror.newObjectReader();
        RevWalk commits = new RevWalk(objects)) {
      ObjectId wanted = commits.parseCommit(id).getTree().copy();
      new TreeWriter(objects).write(tree, root, wanted);
    }
    IndexFile index = IndexFile.of(root);
    GitFolder git = new GitFolder(tree.resolve(Constants.DOT_GIT));
    git.write(mirror, id, index);
    lastWrittenNanos = Stamp.of(git.indexFile()).changedNanos();
    root.stamp = Stamp.of(tree);
    written = root;
    return new Checkout(tree, index.submodules(), index.pointers());
  }

  private FolderNode verified() throws IOException {
    FolderNode root = written;
    if (root == null || !isThere(root)) {
      FileTree.delete(tree);
      Files.createDirectories(tree);
      return new FolderNode(null, Stamp.of(tree));
    }
    new TreeVerifier(lastWrittenNanos).verify(tree, root);
    return root;
  }

  private boolean isThere(FolderNode root) throws IOException {
    return Files.exists(tree, LinkOption.NOFOLLOW_LINKS)
        && Stamp.of(tree).isSameDirectoryAs(root.stamp);
  }

  @Override
  public List<Path> writtenSince(Predicate<Path> wanted, int limit) throws IOException {
    FolderNode root = written;
    if (root == null || !isThere(root)) {
      return List.of();
    }
    return new NewFiles(new TreeVerifier(lastWrittenNanos), wanted, limit).find(tree, root);
  }
}
