package ci.assay.worker.checkout;

import ci.assay.common.Sizes;
import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Git's index (version 2) of a work tree. Written here and not by the library since that leaves out
 * change times and inodes, and git would then read every file again at its first {@code status}.
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
  private int submodules;
  private int pointers;

  private IndexFile() {}

  /**
   * Lists all of a work tree.
   *
   * @throws RefusedCommitException when the paths in it are too long altogether
   */
  static IndexFile of(FolderNode root) throws RefusedCommitException {
    IndexFile index = new IndexFile();
    index.bytes.put(SIGNATURE).putInt(VERSION).putInt(0);
    index.addAll(root);
    index.bytes.putInt(COUNT_AT, index.entries);
    return index;
  }

  int submodules() {
    return submodules;
  }

  int pointers() {
    return pointers;
  }

  /** The whole file. */
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
        pointers += file.isPointer() ? 1 : 0;
      } else if (child.getValue() instanceof FolderNode inner) {
        if (inner.submodule == null) {
          open.push(new Opened(path + "/", inner.children.entrySet().iterator()));
        } else {
          add(path, FileMode.GITLINK, inner.submodule, inner.stamp);
          submodules++;
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
    bytes.putInt(0); // device: git does not look at it
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
