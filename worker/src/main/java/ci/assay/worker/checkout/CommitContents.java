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

/** What the files of a commit hold, wherever it was copied. */
final class CommitContents {

  private CommitContents() {}

  /** Those of the files that hold what no file of the commit holds, and empty ones. */
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

  /** 0 of a file that is not there any more. */
  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Only the files whose size is asked for. */
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

  /** Of a file that cannot be read, an id that no file has. */
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
