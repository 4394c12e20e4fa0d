package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/** Recognises files whose content is that of any file of the commit, such as copies. */
final class CommitContents {

  private CommitContents() {}

  /** The given files without those whose content a file of the commit has. Empty files stay. */
  static List<Path> without(FolderNode root, List<Path> files) {
    Map<Long, Set<ObjectId>> bySize = new HashMap<>();
    for (Path file : files) {
      bySize.computeIfAbsent(sizeOf(file), size -> new HashSet<>());
    }
    bySize.remove(0L);
    collect(root, bySize);
    List<Path> others = new ArrayList<>();
    for (Path file : files) {
      Set<ObjectId> same = bySize.getOrDefault(sizeOf(file), Set.of());
      if (same.isEmpty() || !same.contains(idOf(file))) {
        others.add(file);
      }
    }
    return List.copyOf(others);
  }

  /** The size in bytes; 0 if the file does not exist any more. */
  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Collects the ids of files, but only of those with a requested size. */
  private static void collect(FolderNode root, Map<Long, Set<ObjectId>> bySize) {
    Deque<FolderNode> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty() && !bySize.isEmpty()) {
      for (WrittenEntry child : open.remove().children.values()) {
        if (child instanceof FolderNode inner) {
          open.add(inner);
        } else if (child instanceof FileNode file) {
          Set<ObjectId> same = bySize.get(file.stamp().size());
          if (same != null) {
            same.add(file.id());
          }
        }
      }
    }
  }

  /** The blob id of a file; the zero id, which no file has, if it cannot be read. */
  private static ObjectId idOf(Path file) {
    try (InputStream in =
            new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
        ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
      return formatter.idFor(Constants.OBJ_BLOB, Files.size(file), in);
    } catch (IOException e) {
      return ObjectId.zeroId();
    }
  }
}
