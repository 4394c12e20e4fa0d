package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/** Turns a verified work tree into a git tree by writing only what differs. */
final class TreeWriter {

  private static final FileAttribute<?> PLAIN = permissions("rw-rw-rw-");
  private static final FileAttribute<?> EXECUTABLE = permissions("rwxrwxrwx");

  private static final byte[] POINTER =
      "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
  private static final int LONGEST_POINTER = 1024;

  private final ObjectReader objects;
  private final TreeSize size;
  private final Deque<Opened> open = new ArrayDeque<>();

  /**
   * @param objects not closed by this object
   * @param size has measured what is to be written
   */
  TreeWriter(ObjectReader objects, TreeSize size) {
    this.objects = objects;
    this.size = size;
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /** A folder that is being written. */
  private static final class Opened {
    final Path folder;
    final FolderNode node;
    final ObjectId tree;
    final Iterator<TreeEntry> wanted;
    final Map<String, WrittenEntry> children = new LinkedHashMap<>();

    Opened(Path folder, FolderNode node, ObjectId tree, Map<String, TreeEntry> wanted) {
      this.folder = folder;
      this.node = node;
      this.tree = tree;
      this.wanted = wanted.values().iterator();
    }
  }

  /** Makes the folder equal to the tree. After a failure the nodes are of no use any more. */
  void write(Path folder, FolderNode node, ObjectId tree)
      throws IOException, RefusedCommitException {
    enter(folder, node, tree);
    while (!open.isEmpty()) {
      Opened last = open.element();
      if (last.wanted.hasNext()) {
        size.requireInTime();
        place(last, last.wanted.next());
      } else {
        leave(open.remove());
      }
    }
  }

  private void enter(Path folder, FolderNode node, ObjectId tree)
      throws IOException, RefusedCommitException {
    if (!tree.equals(node.tree)) {
      Map<String, TreeEntry> wanted = TreeEntry.read(objects, tree, folder);
      removeUnwanted(folder, node, wanted);
      open.push(new Opened(folder, node, tree, wanted));
    }
  }

  private void leave(Opened done) throws IOException {
    done.node.children = done.children;
    done.node.tree = done.tree;
    done.node.size = size.of(done.tree);
    done.node.stamp = FileStamp.of(done.folder);
  }

  private static void removeUnwanted(Path folder, FolderNode node, Map<String, TreeEntry> wanted)
      throws IOException {
    for (Map.Entry<String, WrittenEntry> child : node.children.entrySet()) {
      TreeEntry entry = wanted.get(child.getKey());
      if (entry == null || !entry.canUse(child.getValue())) {
        FileTree.delete(folder.resolve(child.getKey()));
      }
    }
  }

  private void place(Opened in, TreeEntry entry) throws IOException, RefusedCommitException {
    Path path = in.folder.resolve(entry.name());
    WrittenEntry old = in.node.children.get(entry.name());
    boolean keeps = old != null && entry.canReplace(old);
    if (!entry.isFolder()) {
      in.children.put(entry.name(), keeps && old != null ? old : writeFile(path, entry, old));
      return;
    }
    FolderNode folder = keeps && old instanceof FolderNode same ? same : makeFolder(path, entry);
    in.children.put(entry.name(), folder);
    if (folder.submodule == null) {
      enter(path, folder, entry.id());
    }
  }

  private static FolderNode makeFolder(Path path, TreeEntry entry) throws IOException {
    Files.createDirectory(path);
    ObjectId submodule = FileMode.GITLINK.equals(entry.mode()) ? entry.id() : null;
    return new FolderNode(submodule, FileStamp.of(path));
  }

  private FileNode writeFile(Path path, TreeEntry entry, @Nullable WrittenEntry old)
      throws IOException, RefusedCommitException {
    ObjectLoader content = objects.open(entry.id(), Constants.OBJ_BLOB);
    boolean isPointer = false;
    if (FileMode.SYMLINK.equals(entry.mode())) {
      SymbolicLink.create(path, content);
    } else {
      isPointer = copy(content, path, entry, old);
    }
    return new FileNode(entry.mode(), entry.id(), FileStamp.of(path), isPointer);
  }

  private static boolean copy(
      ObjectLoader content, Path path, TreeEntry entry, @Nullable WrittenEntry old)
      throws IOException {
    try (SeekableByteChannel file = open(path, entry, old)) {
      boolean isPointer = copy(content, file);
      RegularFile.finish(file);
      return isPointer;
    }
  }

  private static SeekableByteChannel open(Path path, TreeEntry entry, @Nullable WrittenEntry old)
      throws IOException {
    FileAttribute<?> mode = FileMode.EXECUTABLE_FILE.equals(entry.mode()) ? EXECUTABLE : PLAIN;
    return old instanceof FileNode file && entry.canRewrite(file)
        ? RegularFile.replace(path, file.stamp().mode(), mode)
        : RegularFile.create(path, mode);
  }

  private static boolean copy(ObjectLoader content, SeekableByteChannel file) throws IOException {
    if (content.isLarge()) {
      content.copyTo(Channels.newOutputStream(file));
      return false;
    }
    byte[] bytes = content.getCachedBytes();
    RegularFile.write(file, bytes);
    return isPointer(bytes);
  }

  private static boolean isPointer(byte[] bytes) {
    return bytes.length <= LONGEST_POINTER
        && bytes.length > POINTER.length
        && java.util.Arrays.equals(bytes, 0, POINTER.length, POINTER, 0, POINTER.length);
  }
}
