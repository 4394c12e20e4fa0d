package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
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
  private static final int NANOS = 1_000_000_000;

  private ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
  private int entries;
  private int submodules;
  private int pointers;

  private IndexFile() {}

  /** Lists all of a work tree. */
  static IndexFile of(FolderNode root) {
    IndexFile index = new IndexFile();
    index.bytes.put(SIGNATURE).putInt(VERSION).putInt(0);
    index.addAll("", root);
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

  private void addAll(String prefix, FolderNode folder) {
    for (Map.Entry<String, WrittenEntry> child : folder.children.entrySet()) {
      String path = prefix + child.getKey();
      if (child.getValue() instanceof FileNode file) {
        add(path, file.mode(), file.id(), file.stamp());
        pointers += file.isPointer() ? 1 : 0;
      } else if (child.getValue() instanceof FolderNode inner) {
        if (inner.submodule == null) {
          addAll(path + "/", inner);
        } else {
          add(path, FileMode.GITLINK, inner.submodule, inner.stamp);
          submodules++;
        }
      }
    }
  }

  private void add(String path, FileMode mode, ObjectId id, FileStamp stamp) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
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
