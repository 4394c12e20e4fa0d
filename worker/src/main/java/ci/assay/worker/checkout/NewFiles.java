package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import ci.assay.worker.folder.FolderListing;
import ci.assay.worker.folder.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the files that a run wrote into a work tree. A folder of the commit whose times did not
 * change has no new files and is not listed, so that after a run that wrote nothing only the
 * folders are looked at.
 */
final class NewFiles {

  private static final Logger log = LoggerFactory.getLogger(NewFiles.class);
  private static final Set<String> SKIPPED = Set.of(".git", "node_modules");

  private final TreeVerifier verifier;
  private final Workspace.Wanted wanted;
  private final int limit;
  private final List<Path> found = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private MountTable mounts = new MountTable(List.of());
  private final FolderListing listing = new FolderListing();

  NewFiles(TreeVerifier verifier, Workspace.Wanted wanted, int limit) {
    this.verifier = verifier;
    this.wanted = wanted;
    this.limit = limit;
  }

  /**
   * A path that is still to be looked at.
   *
   * @param node null if the commit does not have it
   */
  private record Open(Path path, @Nullable FolderNode node, FileStamp.@Nullable Trace now) {}

  /** The real paths of the files. Files behind a mount are left out: no run wrote them here. */
  List<Path> find(Path folder, FolderNode node) throws IOException {
    mounts = MountTable.read();
    Path real = folder.toRealPath();
    push(List.of(new Open(real, node, FileStamp.Trace.of(real))));
    while (!open.isEmpty() && found.size() < limit) {
      Open next = open.remove();
      if (next.node() == null || next.now() == null) {
        visitStranger(next.path());
      } else {
        visit(next.path(), next.node(), next.now());
      }
    }
    return List.copyOf(found);
  }

  /** Pushes them so that the first is looked at first. */
  private void push(List<Open> next) {
    for (int i = next.size() - 1; i >= 0; i--) {
      open.push(next.get(i));
    }
  }

  private void visit(Path folder, FolderNode node, FileStamp.Trace now) {
    List<Open> next = new ArrayList<>();
    if (!verifier.isUntouched(node, now)) {
      for (Path path : list(folder)) {
        if (!TreeVerifier.isKnown(folder, node, path)) {
          next.add(new Open(path, null, null));
        }
      }
    }
    String folderName = nameOf(folder);
    for (Map.Entry<String, WrittenEntry> child : node.children.entrySet()) {
      Path path = folder.resolve(child.getKey());
      try {
        if (child.getValue() instanceof FolderNode inner) {
          knownFolder(path, inner).ifPresent(next::add);
        } else if (wanted.test(folderName, child.getKey())) {
          visitKnownFile(path, child.getValue());
        }
      } catch (IOException e) { // the run made the folder unreadable
        log.debug("not looking at {}: {}", path, e.toString());
      }
    }
    push(next);
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  private static Optional<Open> knownFolder(Path path, FolderNode node) throws IOException {
    FileStamp.Trace now = TreeVerifier.traceOf(path);
    if (now != null && now.isSameDirectoryAs(node.stamp)) {
      return Optional.of(new Open(path, node, now));
    }
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new Open(path, null, null))
        : Optional.empty();
  }

  private void visitKnownFile(Path path, WrittenEntry node) throws IOException {
    if (node instanceof FileNode
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && !verifier.isOurs(path, node)) {
      add(path);
    }
  }

  private void visitStranger(Path path) {
    if (SKIPPED.contains(nameOf(path)) || mounts.isAt(path)) {
      return;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      push(list(path).stream().map(each -> new Open(each, null, null)).toList());
    } else if (isWanted(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      add(path);
    }
  }

  private boolean isWanted(Path path) {
    return wanted.test(nameOf(Objects.requireNonNull(path.getParent())), nameOf(path));
  }

  private void add(Path path) {
    if (found.size() < limit) {
      found.add(path);
    }
  }

  /**
   * The folders and wanted files in a folder; none if the run made it unreadable or left more than
   * are listed.
   */
  private List<Path> list(Path folder) {
    try {
      return listing.of(
          folder, each -> isWanted(each) || Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      log.debug("not looking into {}: {}", folder, e.toString());
      return List.of();
    }
  }
}
