package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.io.InputStream;
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
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/** Changes a verified work tree into a git tree, by writing only what differs. */
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
   * @param size has already measured the tree that is to be written
   */
  TreeWriter(ObjectReader objects, TreeSize size) {
    this.objects = objects;
    this.size = size;
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /**
   * The attributes of files in a folder.
   *
   * @param path of the folder from the top, with a slash at its end
   * @param around the attributes that apply outside of the folder
   * @param scope the attributes that apply in it
   */
  private record Attributes(String path, AttributeScope around, AttributeScope scope) {}

  /** A folder that is being written. */
  private static final class Opened {
    final Path folder;
    final FolderNode node;
    final ObjectId tree;
    final Attributes attributes;
    final Iterator<TreeEntry> wanted;
    final Map<String, WrittenEntry> children = new LinkedHashMap<>();

    Opened(
        Path folder,
        FolderNode node,
        ObjectId tree,
        Attributes attributes,
        Map<String, TreeEntry> wanted) {
      this.folder = folder;
      this.node = node;
      this.tree = tree;
      this.attributes = attributes;
      this.wanted = wanted.values().iterator();
    }
  }

  /** Makes the folder equal to the tree. After a failure the nodes must not be used any more. */
  void write(Path folder, FolderNode node, ObjectId tree)
      throws IOException, RefusedCommitException {
    enter(folder, node, tree, "", AttributeScope.NONE);
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

  private void enter(
      Path folder, FolderNode node, ObjectId tree, String path, AttributeScope around)
      throws IOException, RefusedCommitException {
    if (!tree.equals(node.tree) || !around.key().equals(node.attributes)) {
      Map<String, TreeEntry> wanted = TreeEntry.read(objects, tree, folder);
      removeUnwanted(folder, node, wanted);
      Attributes attributes = new Attributes(path, around, scope(path, around, wanted));
      open.push(new Opened(folder, node, tree, attributes, wanted));
    }
  }

  private AttributeScope scope(String path, AttributeScope around, Map<String, TreeEntry> entries)
      throws IOException, RefusedCommitException {
    TreeEntry file = entries.get(Constants.DOT_GIT_ATTRIBUTES);
    if (file == null || !file.isRegularFile()) {
      return around;
    }
    ObjectLoader content = objects.open(file.id(), Constants.OBJ_BLOB);
    around.requireSize(content.getSize());
    String text = new String(content.getCachedBytes(), StandardCharsets.UTF_8);
    return around.with(path, file.id(), text);
  }

  private void leave(Opened done) throws IOException {
    done.node.children = done.children;
    TreeSize.Size measured = size.of(done.tree);
    if (measured != null || !done.tree.equals(done.node.tree)) {
      done.node.size = measured;
    }
    done.node.tree = done.tree;
    done.node.attributes = done.attributes.around().key();
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
      FileAttributes attributes = attributes(in, entry);
      boolean isSame =
          keeps && old instanceof FileNode file && file.attributes().equals(attributes);
      in.children.put(
          entry.name(), isSame && old != null ? old : writeFile(path, entry, old, attributes));
      return;
    }
    FolderNode folder = keeps && old instanceof FolderNode same ? same : makeFolder(path, entry);
    in.children.put(entry.name(), folder);
    if (folder.submodule == null) {
      String name = in.attributes.path() + entry.name() + "/";
      enter(path, folder, entry.id(), name, in.attributes.scope());
    }
  }

  private FileAttributes attributes(Opened in, TreeEntry entry) throws RefusedCommitException {
    AttributeScope scope = in.attributes.scope();
    return scope.isEmpty() || !entry.isRegularFile()
        ? FileAttributes.NONE
        : scope.of(in.attributes.path() + entry.name(), size::requireInTime);
  }

  private static FolderNode makeFolder(Path path, TreeEntry entry) throws IOException {
    Files.createDirectory(path);
    ObjectId submodule = FileMode.GITLINK.equals(entry.mode()) ? entry.id() : null;
    return new FolderNode(submodule, FileStamp.of(path));
  }

  private FileNode writeFile(
      Path path, TreeEntry entry, @Nullable WrittenEntry old, FileAttributes attributes)
      throws IOException, RefusedCommitException {
    if (old instanceof FileNode file && entry.canReplace(file) && !entry.canRewrite(file)) {
      FileTree.delete(path); // only its attributes changed
    }
    ObjectLoader content = objects.open(entry.id(), Constants.OBJ_BLOB);
    boolean isPointer = false;
    if (FileMode.SYMLINK.equals(entry.mode())) {
      SymbolicLink.create(path, content);
    } else if (isChanged(content, attributes)) {
      ObjectId written = copyWithCr(content, path, entry, old);
      return new FileNode(entry.mode(), entry.id(), FileStamp.of(path), false, attributes, written);
    } else {
      isPointer = copy(content, path, entry, old);
    }
    return new FileNode(
        entry.mode(), entry.id(), FileStamp.of(path), isPointer, attributes, entry.id());
  }

  private static boolean isChanged(ObjectLoader content, FileAttributes attributes)
      throws IOException {
    if (attributes.lineEnds() == LineEnds.AS_THEY_ARE) {
      return false;
    }
    try (InputStream in = content.openStream()) {
      return attributes.lineEnds().changes(LineEnds.contentsOf(in));
    }
  }

  /** Returns the blob id of the file as written. */
  private static ObjectId copyWithCr(
      ObjectLoader content, Path path, TreeEntry entry, @Nullable WrittenEntry old)
      throws IOException {
    try (SeekableByteChannel file = open(path, entry, old)) {
      try (InputStream in = content.openStream()) {
        LineEnds.addCr(in, Channels.newOutputStream(file));
      }
      RegularFile.finish(file);
    }
    try (ObjectInserter.Formatter hasher = new ObjectInserter.Formatter();
        InputStream in = Files.newInputStream(path)) {
      return hasher.idFor(Constants.OBJ_BLOB, Files.size(path), in);
    }
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
