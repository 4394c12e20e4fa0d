package ci.assay.worker.checkout;

import ci.assay.common.Durations;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.model.CommitId;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.settings.CheckoutLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Fills the folders of submodules, and of submodules in them, each with its tree and a {@code .git}
 * of its own. All of them together must keep within the limits of one commit.
 */
final class SubmoduleWriter {

  private static final int MOST = 100;
  private static final int DEEPEST = 5;

  private final Submodules source;
  private final CheckoutLimits limits;
  private final long startNanos = System.nanoTime();
  private final Deque<Superproject> open = new ArrayDeque<>();
  private final List<Filled> filled = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private long files;
  private long bytes;
  private int pointers;
  private long atNanos;

  SubmoduleWriter(Submodules source, CheckoutLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /** A folder that was filled. */
  record Filled(Path path, FolderNode node) {

    /** Marks the folder as one that should be empty, so that the next verification empties it. */
    void forget() {
      FileStamp last = node.stamp;
      FileStamp.Trace none =
          new FileStamp.Trace(last.mode(), last.trace().device(), last.inode(), -1);
      node.children = new LinkedHashMap<>();
      node.tree = null;
      node.size = null;
      node.stamp =
          new FileStamp(none, last.size(), last.modifiedNanos(), last.user(), last.group());
    }

    /** Updates the stamp after the folder was emptied. */
    void emptied() throws IOException {
      FileStamp.Trace now = TreeVerifier.traceOf(path);
      if (now != null && now.isSameDirectoryAs(node.stamp)) {
        node.stamp = FileStamp.of(path);
      }
    }
  }

  /** A repository whose submodules are to be filled. */
  private record Superproject(
      Path folder, String prefix, FolderNode root, Repository mirror, GitUrl url, int depth) {}

  /**
   * Fills all submodules in a work tree.
   *
   * @param mirror the mirror that the tree was checked out from
   */
  void write(Path tree, FolderNode root, Repository mirror)
      throws IOException, GitException, RefusedCommitException, InterruptedException {
    TreeSize.Size size = root.size;
    files = size == null ? 0 : size.files();
    bytes = size == null ? 0 : size.bytes();
    open.add(new Superproject(tree, "", root, mirror, Origin.of(mirror), 1));
    while (!open.isEmpty()) {
      Superproject in = open.remove();
      Map<String, String> urls = SubmoduleFile.urls(in.root(), in.mirror());
      for (Map.Entry<String, FolderNode> link : IndexFile.of(in.root()).links().entrySet()) {
        String url = urls.get(link.getKey());
        String path = in.prefix() + link.getKey();
        if (url == null) {
          left.add("submodule '%s' is not in .gitmodules, its folder is empty".formatted(path));
        } else if (in.depth() > DEEPEST) {
          left.add(
              "submodule '%s' lies in more than %d others, its folder is empty"
                  .formatted(path, DEEPEST));
        } else {
          fill(in, link.getKey(), link.getValue(), url);
        }
      }
    }
  }

  List<Filled> filled() {
    return filled;
  }

  /**
   * One line for each submodule that was not filled, with the reason, and each ignored attribute.
   */
  List<String> left() {
    return left;
  }

  /** How many files in the submodules are Git LFS pointers. */
  int pointers() {
    return pointers;
  }

  /** When the last one was written, in nanoseconds of the file system's clock; 0 when none was. */
  long atNanos() {
    return atNanos;
  }

  private void fill(Superproject in, String name, FolderNode node, String url)
      throws IOException, GitException, RefusedCommitException, InterruptedException {
    String path = in.prefix() + name;
    if (filled.size() == MOST) {
      throw new RefusedCommitException(
          "the commit has more than %d submodules, with those in them".formatted(MOST));
    }
    ObjectId commit = Objects.requireNonNull(node.submodule);
    Submodules.Source from =
        source.fetch(path, url, in.url(), new CommitId(commit.name()), timeLeft());
    Path folder = in.folder().resolve(name);
    filled.add(new Filled(folder, node));
    try (ObjectReader objects = from.mirror().newObjectReader();
        RevWalk commits = new RevWalk(objects)) {
      ObjectId tree = commits.parseCommit(commit).getTree().copy();
      TreeSize size = new TreeSize(objects, remaining());
      size.measure(tree, node);
      new TreeWriter(objects, size).write(folder, node, tree);
    }
    TreeSize.Size size = Objects.requireNonNull(node.size);
    files += size.files();
    bytes += size.bytes();
    IndexFile index = IndexFile.of(node);
    pointers += index.pointers();
    index.ignored().forEach(line -> left.add("in submodule '%s': %s".formatted(path, line)));
    GitFolder git = GitFolder.create(folder.resolve(Constants.DOT_GIT));
    atNanos = git.write(from.mirror(), commit, index);
    node.stamp = FileStamp.of(folder);
    open.add(new Superproject(folder, path + "/", node, from.mirror(), from.url(), in.depth() + 1));
  }

  private CheckoutLimits remaining() throws RefusedCommitException {
    return new CheckoutLimits(
        Math.max(1, limits.files() - files),
        Math.max(1, limits.bytes() - bytes),
        limits.depth(),
        timeLeft());
  }

  private Duration timeLeft() throws RefusedCommitException {
    Duration time = limits.time().minusNanos(System.nanoTime() - startNanos);
    if (time.isNegative() || time.isZero()) {
      throw new RefusedCommitException(
          "the checkout of the commit's submodules takes longer than %s; --checkout-timeout of the worker allows more"
              .formatted(Durations.text(limits.time())));
    }
    return time;
  }
}
