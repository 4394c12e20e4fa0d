package ci.assay.worker;

import ci.assay.worker.Node.FileNode;
import ci.assay.worker.Node.FolderNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final int LONGEST_NAME = 0xfff;
  private static final int FIXED_LENGTH = 62;
  private static final int NANOS = 1_000_000_000;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * 1024);
  private final DataOutputStream out = new DataOutputStream(bytes);
  private int entries;
  private int submodules;
  private int pointers;

  private IndexFile() {}

  /** Lists all of a work tree. */
  static IndexFile of(FolderNode root) throws IOException {
    IndexFile index = new IndexFile();
    index.addAll("", root);
    return index;
  }

  int submodules() {
    return submodules;
  }

  int pointers() {
    return pointers;
  }

  /** The whole file. */
  byte[] content() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes.size() + 64);
    DataOutputStream file = new DataOutputStream(whole);
    file.write(SIGNATURE);
    file.writeInt(VERSION);
    file.writeInt(entries);
    bytes.writeTo(file);
    file.write(Constants.newMessageDigest().digest(whole.toByteArray()));
    return whole.toByteArray();
  }

  private void addAll(String prefix, FolderNode folder) throws IOException {
    for (Map.Entry<String, Node> child : folder.children.entrySet()) {
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

  private void add(String path, FileMode mode, ObjectId id, Stamp stamp) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    addTime(stamp.changedNanos());
    addTime(stamp.modifiedNanos());
    out.writeInt(0); // device: git does not look at it
    out.writeInt((int) stamp.inode());
    out.writeInt(mode.getBits());
    out.writeInt(stamp.user());
    out.writeInt(stamp.group());
    out.writeInt((int) stamp.size());
    id.copyRawTo(out);
    out.writeShort(Math.min(name.length, LONGEST_NAME));
    out.write(name);
    out.write(new byte[8 - (FIXED_LENGTH + name.length) % 8]);
    entries++;
  }

  private void addTime(long nanos) throws IOException {
    out.writeInt((int) (nanos / NANOS));
    out.writeInt((int) (nanos % NANOS));
  }
}
