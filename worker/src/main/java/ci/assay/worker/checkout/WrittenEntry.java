package ci.assay.worker.checkout;

import ci.assay.worker.folder.FileStamp;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** What we wrote at one path of a work tree, and how it looked just after. */
sealed interface WrittenEntry {

  /**
   * A file or a symbolic link.
   *
   * @param id of what the commit has
   * @param isPointer whether it is a Git LFS pointer
   * @param attributes what it was written for
   * @param written the id that what we wrote would have
   */
  record FileNode(
      FileMode mode,
      ObjectId id,
      FileStamp stamp,
      boolean isPointer,
      FileAttributes attributes,
      ObjectId written)
      implements WrittenEntry {

    /** One that is as the commit has it. */
    FileNode(FileMode mode, ObjectId id, FileStamp stamp, boolean isPointer) {
      this(mode, id, stamp, isPointer, FileAttributes.NONE, id);
    }
  }

  /** A file that each checkout writes: what it holds until then is no matter. */
  record RewrittenFile() implements WrittenEntry {}

  /** A folder: of the commit, or the empty one that stands for a submodule. */
  final class FolderNode implements WrittenEntry {

    /** The submodule's commit; null for an ordinary folder. */
    final @Nullable ObjectId submodule;

    /** In the order of git's tree, which is also that of its index. */
    Map<String, WrittenEntry> children = new LinkedHashMap<>();

    /** The git tree that it equals, all the way down; null when something below is missing. */
    @Nullable ObjectId tree;

    /** Of which {@code .gitattributes} around it what is in it was written for. */
    AttributeScope.Key attributes = AttributeScope.Key.NONE;

    /** How large that git tree is; null before it was written. */
    TreeSize.@Nullable Size size;

    FileStamp stamp;

    FolderNode(@Nullable ObjectId submodule, FileStamp stamp) {
      this.submodule = submodule;
      this.stamp = stamp;
    }
  }
}
