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

  /**
   * @param objects not closed by this object
   */
  TreeWriter(ObjectReader objects) {
    this.objects = objects;
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /** Makes the folder equal to the tree. After a failure the nodes are of no use any more. */
  void write(Path folder, FolderNode node, ObjectId tree)
      throws IOException, RefusedCommitException {
    if (tree.equals(node.tree)) {
      return;
    }
    Map<String, TreeEntry> wanted = TreeEntry.read(objects, tree, folder);
    removeUnwanted(folder, node, wanted);
    Map<String, WrittenEntry> children = new LinkedHashMap<>();
    for (TreeEntry entry : wanted.values()) {
      WrittenEntry old = node.children.get(entry.name());
      children.put(entry.name(), place(folder.resolve(entry.name()), entry, old));
    }
    node.children = children;
    node.tree = tree;
    node.stamp = FileStamp.of(folder);
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

  private WrittenEntry place(Path path, TreeEntry entry, @Nullable WrittenEntry old)
      throws IOException, RefusedCommitException {
    boolean keeps = old != null && entry.canReplace(old);
    if (entry.isFolder()) {
      FolderNode folder = keeps && old instanceof FolderNode same ? same : makeFolder(path, entry);
      if (folder.submodule == null) {
        write(path, folder, entry.id());
      }
      return folder;
    }
    return keeps && old != null ? old : writeFile(path, entry, old);
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
