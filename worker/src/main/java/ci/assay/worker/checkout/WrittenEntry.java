package ci.assay.worker.checkout;

import ci.assay.worker.folder.FileStamp;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** What we wrote at one path of a work tree, and its state just after that. */
sealed interface WrittenEntry {

  /**
   * A file or a symbolic link.
   *
   * @param id of the blob in the commit
   * @param isPointer whether it is a Git LFS pointer
   * @param attributes the attributes with which it was written
   * @param written the blob id of the content as written
   */
  record FileNode(
      FileMode mode,
      ObjectId id,
      FileStamp stamp,
      boolean isPointer,
      FileAttributes attributes,
      ObjectId written)
      implements WrittenEntry {

    /** A file that was written exactly as in the commit. */
    FileNode(FileMode mode, ObjectId id, FileStamp stamp, boolean isPointer) {
      this(mode, id, stamp, isPointer, FileAttributes.NONE, id);
    }
  }

  /** A file that each checkout writes again, so that its current content does not matter. */
  record RewrittenFile() implements WrittenEntry {}

  /** A folder of the commit, or the empty folder of a submodule. */
  final class FolderNode implements WrittenEntry {

    /** The submodule's commit; null for an ordinary folder. */
    final @Nullable ObjectId submodule;

    /** The entries, in the order of git's tree, which is also that of git's index. */
    Map<String, WrittenEntry> children = new LinkedHashMap<>();

    /** The git tree that it equals, including everything below; null when something is missing. */
    @Nullable ObjectId tree;

    /** The {@code .gitattributes} of the folders above with which its content was written. */
    AttributeScope.Key attributes = AttributeScope.Key.NONE;

    /** The size of that git tree; null before it was written. */
    TreeSize.@Nullable Size size;

    FileStamp stamp;

    FolderNode(@Nullable ObjectId submodule, FileStamp stamp) {
      this.submodule = submodule;
      this.stamp = stamp;
    }
  }
}
