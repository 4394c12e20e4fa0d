package ci.assay.worker.checkout;

import ci.assay.common.Sizes;
import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Git's index (version 2) of a work tree. It is not written by JGit, because JGit leaves out change
 * times and inodes, so that git would read every file again at the first {@code status}.
 */
final class IndexFile {

  private static final byte[] SIGNATURE = {'D', 'I', 'R', 'C'};
  private static final int VERSION = 2;
  private static final int COUNT_AT = 8;
  private static final int LONGEST_NAME = 0xfff;
  private static final int FIXED_LENGTH = 62;
  private static final int LARGEST = 256 << 20;
  private static final int NANOS = 1_000_000_000;

  private ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
  private int entries;
  private final Map<String, FolderNode> links = new LinkedHashMap<>();
  private int pointers;
  private int filters;
  private int idents;
  private int encodings;

  private IndexFile() {}

  /**
   * Lists all files of a work tree.
   *
   * @throws RefusedCommitException when the paths in it are too long together
   */
  static IndexFile of(FolderNode root) throws RefusedCommitException {
    IndexFile index = new IndexFile();
    index.bytes.put(SIGNATURE).putInt(VERSION).putInt(0);
    index.addAll(root);
    index.bytes.putInt(COUNT_AT, index.entries);
    return index;
  }

  int submodules() {
    return links.size();
  }

  /** The submodules by their paths, in the order of the index. */
  Map<String, FolderNode> links() {
    return links;
  }

  int pointers() {
    return pointers;
  }

  /** What {@code .gitattributes} asked for and was not done, one line each. */
  List<String> ignored() {
    List<String> lines = new ArrayList<>();
    addIgnored(lines, filters, "'filter'; filters are not run");
    addIgnored(lines, idents, "'ident'; $Id$ is not filled in");
    addIgnored(lines, encodings, "'working-tree-encoding'; they are in UTF-8 as in the commit");
    return lines;
  }

  private static void addIgnored(List<String> lines, int count, String what) {
    if (count > 0) {
      lines.add(
          "%d %s in .gitattributes the attribute %s"
              .formatted(count, count == 1 ? "file has" : "files have", what));
    }
  }

  private void count(FileNode file) {
    pointers += file.isPointer() ? 1 : 0;
    filters += file.attributes().hasFilter() ? 1 : 0;
    idents += file.attributes().hasIdent() ? 1 : 0;
    encodings += file.attributes().hasEncoding() ? 1 : 0;
  }

  /** The content of the index file. */
  byte[] content() {
    MessageDigest digest = Constants.newMessageDigest();
    digest.update(bytes.array(), 0, bytes.position());
    byte[] sum = digest.digest();
    reserve(sum.length);
    return Arrays.copyOf(bytes.put(sum).array(), bytes.position());
  }

  /** A folder whose children are being listed. */
  private record Opened(String prefix, Iterator<Map.Entry<String, WrittenEntry>> children) {}

  private void addAll(FolderNode root) throws RefusedCommitException {
    Deque<Opened> open = new ArrayDeque<>();
    open.push(new Opened("", root.children.entrySet().iterator()));
    while (!open.isEmpty()) {
      Opened last = open.element();
      if (!last.children().hasNext()) {
        open.remove();
        continue;
      }
      Map.Entry<String, WrittenEntry> child = last.children().next();
      String path = last.prefix() + child.getKey();
      if (child.getValue() instanceof FileNode file) {
        add(path, file.mode(), file.id(), file.stamp());
        count(file);
      } else if (child.getValue() instanceof FolderNode inner) {
        if (inner.submodule == null) {
          open.push(new Opened(path + "/", inner.children.entrySet().iterator()));
        } else {
          add(path, FileMode.GITLINK, inner.submodule, inner.stamp);
          links.put(path, inner);
        }
      }
    }
  }

  private void add(String path, FileMode mode, ObjectId id, FileStamp stamp)
      throws RefusedCommitException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.position() + name.length > LARGEST) {
      throw new RefusedCommitException(
          "the paths of the commit's files are more than %s together"
              .formatted(Sizes.text(LARGEST)));
    }
    int padding = 8 - (FIXED_LENGTH + name.length) % 8;
    reserve(FIXED_LENGTH + name.length + padding);
    addTime(stamp.changedNanos());
    addTime(stamp.modifiedNanos());
    bytes.putInt(0); // device, which git ignores
    bytes.putInt((int) stamp.inode());
    bytes.putInt(mode.getBits());
    bytes.putInt(stamp.user());
    bytes.putInt(stamp.group());
    bytes.putInt((int) stamp.size());
    id.copyRawTo(bytes);
    bytes.putShort((short) Math.min(name.length, LONGEST_NAME));
    bytes.put(name);
    bytes.position(bytes.position() + padding);
    entries++;
  }

  private void addTime(long nanos) {
    bytes.putInt((int) (nanos / NANOS)).putInt((int) (nanos % NANOS));
  }

  private void reserve(int length) {
    if (bytes.remaining() < length) {
      int capacity = Math.max(bytes.capacity() * 2, bytes.capacity() + length);
      bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
    }
  }
}
