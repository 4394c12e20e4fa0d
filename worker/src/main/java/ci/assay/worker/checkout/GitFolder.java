package ci.assay.worker.checkout;

import ci.assay.git.ObjectFolders;
import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.checkout.WrittenEntry.RewrittenFile;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * The {@code .git} of a work tree, with just enough for git's commands to work. It uses the objects
 * of the mirror. Like the tree itself it is verified before each run, so that no hook, setting or
 * ref of an earlier run stays in it. Files that are the same for each commit are not written again.
 */
final class GitFolder {

  private static final String INDEX = "index";
  private static final String TAGS = Constants.PACKED_REFS;
  private static final String CONFIG =
      "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n";

  private final Path path;

  /** The files that stay from run to run. */
  private final FolderNode node;

  /** The tags that are written, if the objects of all of them exist; null if not, or unknown. */
  private @Nullable List<Ref> tags;

  private GitFolder(Path path, FolderNode node) {
    this.path = path;
    this.node = node;
  }

  /** Creates an empty one, and replaces whatever is at the path. */
  static GitFolder create(Path path) throws IOException {
    FileTree.delete(path);
    Files.createDirectory(path);
    FolderNode node = new FolderNode(null, FileStamp.of(path));
    node.children.put(Constants.HEAD, new RewrittenFile());
    node.children.put(INDEX, new RewrittenFile());
    return new GitFolder(path, node);
  }

  FolderNode node() {
    return node;
  }

  /**
   * Writes what belongs to the commit; the index last.
   *
   * @return when the index was written, in nanoseconds of the file system's clock
   */
  long write(Repository mirror, ObjectId commit, IndexFile index) throws IOException {
    FolderNode objects = folder(node, path, "objects");
    FolderNode info = folder(objects, path.resolve("objects"), "info");
    folder(node, path, "refs");
    StringBuilder alternates = new StringBuilder();
    ObjectFolders.of(mirror).forEach(each -> alternates.append(each).append('\n'));
    file(info, path.resolve("objects/info"), "alternates", alternates.toString());
    FileNode config = file(node, path, "config", CONFIG + Origin.section(mirror));
    writeTags(mirror);
    int mode = config.stamp().mode();
    rewrite(path.resolve(Constants.HEAD), mode, bytes(commit.name() + "\n"));
    Path indexFile = path.resolve(INDEX);
    rewrite(indexFile, mode, index.content());
    node.stamp = FileStamp.of(path);
    return FileStamp.of(indexFile).changedNanos();
  }

  private static void rewrite(Path file, int mode, byte[] content) throws IOException {
    try (SeekableByteChannel channel = RegularFile.replace(file, mode)) {
      RegularFile.write(channel, content);
      RegularFile.finish(channel);
    }
  }

  private static FolderNode folder(FolderNode parent, Path parentPath, String name)
      throws IOException {
    if (parent.children.get(name) instanceof FolderNode there) {
      return there;
    }
    Path path = Files.createDirectory(parentPath.resolve(name));
    FolderNode made = new FolderNode(null, FileStamp.of(path));
    parent.children.put(name, made);
    parent.stamp = FileStamp.of(parentPath);
    return made;
  }

  private static FileNode file(FolderNode parent, Path parentPath, String name, String content)
      throws IOException {
    ObjectId id = hash(content);
    if (parent.children.get(name) instanceof FileNode there && there.id().equals(id)) {
      return there;
    }
    Path path = parentPath.resolve(name);
    Files.deleteIfExists(path);
    Files.write(path, bytes(content));
    FileNode made = new FileNode(FileMode.REGULAR_FILE, id, FileStamp.of(path), false);
    parent.children.put(name, made);
    parent.stamp = FileStamp.of(parentPath);
    return made;
  }

  /** Writes the tags without those whose object is missing, because git fails on those. */
  private void writeTags(Repository mirror) throws IOException {
    List<Ref> all = mirror.getRefDatabase().getRefsByPrefix(Constants.R_TAGS);
    if (node.children.containsKey(TAGS) && areSame(all, tags)) {
      return;
    }
    tags = null;
    boolean isWhole = true;
    StringBuilder lines = new StringBuilder();
    for (Ref tag : all) {
      if (mirror.getObjectDatabase().has(tag.getObjectId())) {
        lines.append(tag.getObjectId().name()).append(' ').append(tag.getName()).append('\n');
      } else {
        isWhole = false;
      }
    }
    file(node, path, TAGS, lines.toString());
    tags = isWhole ? all : null;
  }

  private static boolean areSame(List<Ref> now, @Nullable List<Ref> before) {
    if (before == null || now.size() != before.size()) {
      return false;
    }
    Iterator<Ref> each = before.iterator();
    return now.stream().allMatch(tag -> isSame(tag, each.next()));
  }

  private static boolean isSame(Ref one, Ref other) {
    return one == other
        || (one.getName().equals(other.getName())
            && Objects.equals(one.getObjectId(), other.getObjectId()));
  }

  private static ObjectId hash(String content) {
    try (ObjectInserter.Formatter hasher = new ObjectInserter.Formatter()) {
      return hasher.idFor(Constants.OBJ_BLOB, bytes(content));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
