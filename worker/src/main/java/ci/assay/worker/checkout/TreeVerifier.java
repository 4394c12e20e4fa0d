package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.checkout.WrittenEntry.RewrittenFile;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/**
 * Deletes from a work tree everything that is not as we wrote it, and from the nodes everything
 * that is missing in the tree. After that both agree.
 */
final class TreeVerifier {

  /** Java's replacement for bytes of a name that cannot be decoded; names may also contain it. */
  private static final char REPLACEMENT = '\ufffd';

  private final long lastWrittenNanos;

  /**
   * @param lastWrittenNanos when we last wrote, in nanoseconds of the file system's clock; later
   *     changes are not ours
   */
  TreeVerifier(long lastWrittenNanos) {
    this.lastWrittenNanos = lastWrittenNanos;
  }

  /** A folder whose children are being verified. */
  private record Opened(
      Path folder, FolderNode node, Iterator<Map.Entry<String, WrittenEntry>> children) {}

  /** Verifies a folder that is known to be ours; false when something was missing or changed. */
  boolean verify(Path folder, FolderNode node) throws IOException {
    boolean isWhole = true;
    Deque<Opened> open = new ArrayDeque<>();
    open.push(entered(folder, node));
    while (!open.isEmpty()) {
      Opened last = open.element();
      if (!last.children().hasNext()) {
        open.remove();
        continue;
      }
      Map.Entry<String, WrittenEntry> child = last.children().next();
      Path path = last.folder().resolve(child.getKey());
      if (!isOurs(path, child.getValue())) {
        FileTree.delete(path);
        last.children().remove();
        isWhole = false;
        open.forEach(each -> each.node().tree = null);
      } else if (child.getValue() instanceof FolderNode inner) {
        open.push(entered(path, inner));
      }
    }
    return isWhole;
  }

  private Opened entered(Path folder, FolderNode node) throws IOException {
    FileStamp.Trace now = FileStamp.Trace.of(folder);
    if (now.mode() != node.stamp.mode()) {
      Files.setAttribute(folder, "unix:mode", node.stamp.mode());
    }
    if (!isUntouched(node, now)) {
      removeStrangers(folder, node);
    }
    return new Opened(folder, node, node.children.entrySet().iterator());
  }

  /** Whether nothing can have been added to the folder or removed from it. */
  boolean isUntouched(FolderNode node, FileStamp.Trace now) {
    return now.equals(node.stamp.trace()) && now.isOlderThan(lastWrittenNanos);
  }

  private static void removeStrangers(Path folder, FolderNode node) throws IOException {
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        if (!isKnown(folder, node, path)) {
          FileTree.delete(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  static boolean isKnown(Path folder, FolderNode node, Path path) {
    String name = path.getFileName().toString();
    return node.children.containsKey(name)
        && (name.indexOf(REPLACEMENT) < 0 || path.equals(folder.resolve(name)));
  }

  /**
   * Whether this is the unchanged file, or the folder, that we created. A folder's content may
   * differ.
   */
  boolean isOurs(Path path, WrittenEntry node) throws IOException {
    if (node instanceof RewrittenFile) {
      return true;
    }
    FileStamp.Trace now = traceOf(path);
    if (now == null) {
      return false;
    }
    if (node instanceof FileNode file) {
      return now.equals(file.stamp().trace())
          && (now.isOlderThan(lastWrittenNanos) || file.written().equals(hash(path, file)));
    }
    return node instanceof FolderNode folder
        && now.isSameDirectoryAs(folder.stamp)
        && isPlain(path, folder, now);
  }

  /** Whether a run has left nothing on a folder that matters to what is created in it. */
  boolean isPlain(Path path, FolderNode folder, FileStamp.Trace now) throws IOException {
    if (isUntouched(folder, now)) {
      return true;
    }
    if (now.mode() != folder.stamp.mode()) {
      Files.setAttribute(path, "unix:mode", folder.stamp.mode());
    }
    return !FolderExtras.areOn(path);
  }

  /** The trace of a path; null when it does not exist. */
  static FileStamp.@Nullable Trace traceOf(Path path) throws IOException {
    try {
      return FileStamp.Trace.of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static ObjectId hash(Path path, FileNode node) throws IOException {
    try (ObjectInserter.Formatter hasher = new ObjectInserter.Formatter()) {
      if (FileMode.SYMLINK.equals(node.mode())) {
        byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
        return hasher.idFor(Constants.OBJ_BLOB, target);
      }
      try (InputStream content = Files.newInputStream(path)) {
        return hasher.idFor(Constants.OBJ_BLOB, node.stamp().size(), content);
      }
    }
  }
}
