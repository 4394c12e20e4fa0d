package ci.assay.worker.checkout;

import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.settings.CheckoutLimits;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/**
 * Computes how large a git tree is once it is written, before anything is written. Each tree object
 * is read only once, however often it occurs, so that a few trees that contain each other many
 * times do not take long. Trees that the work tree already has are not read at all.
 */
final class TreeSize {

  /** The most bytes of tree objects that are held in memory at a time. */
  private static final long LARGEST_TREES = 64L << 20;

  /**
   * The size of one tree with everything in it.
   *
   * @param files the number of entries of every kind
   * @param bytes of the files
   * @param depth how deep its folders are nested
   */
  record Size(long files, long bytes, int depth) {}

  private final ObjectReader objects;
  private final CheckoutLimits limits;
  private final long startNanos = System.nanoTime();
  private final Map<ObjectId, Size> known = new HashMap<>();
  private final Deque<Opened> open = new ArrayDeque<>();
  private long openBytes;

  /**
   * @param objects not closed by this object
   */
  TreeSize(ObjectReader objects, CheckoutLimits limits) {
    this.objects = objects;
    this.limits = limits;
  }

  /** A tree whose entries are being counted. */
  private static final class Opened {
    final ObjectId tree;
    final @Nullable FolderNode node;
    final long length;
    final CanonicalTreeParser entries;
    long files;
    long bytes;
    int depth;

    Opened(ObjectId tree, @Nullable FolderNode node, long length, CanonicalTreeParser entries) {
      this.tree = tree;
      this.node = node;
      this.length = length;
      this.entries = entries;
    }
  }

  /** The size of a tree that was measured; null for any other. */
  @Nullable Size of(ObjectId tree) {
    return known.get(tree);
  }

  /**
   * Measures a tree.
   *
   * @param node what the work tree already has in its place
   * @throws RefusedCommitException when it exceeds a limit, or is no valid tree
   */
  void measure(ObjectId tree, FolderNode node) throws IOException, RefusedCommitException {
    if (tree.equals(node.tree)) {
      return;
    }
    try {
      enter(tree, node);
      while (!open.isEmpty()) {
        requireInTime();
        Opened last = open.element();
        if (last.entries.eof()) {
          leave();
        } else {
          count(last);
        }
      }
    } catch (ArrayIndexOutOfBoundsException e) { // thrown by JGit if a tree ends too early
      ObjectId damaged = open.isEmpty() ? tree : open.element().tree;
      throw new RefusedCommitException(
          "the commit is damaged: its tree %s, or one in it, ends too early"
              .formatted(damaged.name()));
    }
  }

  /**
   * Checks the time limit of the checkout.
   *
   * @throws RefusedCommitException when it is exceeded
   */
  void requireInTime() throws RefusedCommitException {
    if (System.nanoTime() - startNanos > limits.time().toNanos()) {
      throw new RefusedCommitException(
          "the checkout of the commit takes longer than %s; --checkout-timeout of the worker allows more"
              .formatted(Durations.text(limits.time())));
    }
  }

  private void enter(ObjectId tree, @Nullable FolderNode node)
      throws IOException, RefusedCommitException {
    requireDepth(open.size());
    long length = objects.getObjectSize(tree, Constants.OBJ_TREE);
    if (openBytes + length > LARGEST_TREES) {
      throw new RefusedCommitException(
          "the lists of files in the commit's folders are longer than %s"
              .formatted(Sizes.text(LARGEST_TREES)));
    }
    open.push(new Opened(tree, node, length, new CanonicalTreeParser(null, objects, tree)));
    openBytes += length;
  }

  private void leave() throws RefusedCommitException {
    Opened done = open.remove();
    openBytes -= done.length;
    Size size = new Size(done.files, done.bytes, done.depth);
    known.put(done.tree, size);
    if (!open.isEmpty()) {
      add(open.element(), size);
    }
  }

  private void count(Opened in) throws IOException, RefusedCommitException {
    FileMode mode = in.entries.getEntryFileMode();
    ObjectId id = in.entries.getEntryObjectId();
    WrittenEntry old =
        in.node == null ? null : in.node.children.get(in.entries.getEntryPathString());
    in.entries.next();
    in.files++;
    if (FileMode.TREE.equals(mode)) {
      FolderNode folder = old instanceof FolderNode same ? same : null;
      Size size = folder != null && id.equals(folder.tree) ? folder.size : known.get(id);
      if (size == null) {
        enter(id, folder);
      } else {
        add(in, size);
      }
    } else if (old instanceof FileNode file && id.equals(file.id())) {
      in.bytes = sum(in.bytes, file.stamp().size());
    } else if (!FileMode.GITLINK.equals(mode) && !FileMode.MISSING.equals(mode)) {
      in.bytes = sum(in.bytes, objects.getObjectSize(id, Constants.OBJ_BLOB));
    }
    requireWithin(in);
  }

  private void add(Opened to, Size inner) throws RefusedCommitException {
    to.files = sum(to.files, inner.files());
    to.bytes = sum(to.bytes, inner.bytes());
    to.depth = Math.max(to.depth, inner.depth() + 1);
    requireDepth(open.size() + inner.depth());
    requireWithin(to);
  }

  private void requireWithin(Opened in) throws RefusedCommitException {
    if (in.files > limits.files()) {
      throw new RefusedCommitException(
          "the commit has more than %d files and folders; --max-checkout-files of the worker allows more"
              .formatted(limits.files()));
    }
    if (in.bytes > limits.bytes()) {
      throw new RefusedCommitException(
          "the files of the commit are more than %s together; --max-checkout-size of the worker allows more"
              .formatted(Sizes.text(limits.bytes())));
    }
  }

  private void requireDepth(int depth) throws RefusedCommitException {
    if (depth > limits.depth()) {
      throw new RefusedCommitException(
          "the commit has folders nested more than %d deep; --max-checkout-depth of the worker allows more"
              .formatted(limits.depth()));
    }
  }

  private static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
