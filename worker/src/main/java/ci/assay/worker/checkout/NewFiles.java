package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what a run wrote into a work tree. A folder of the commit whose times did not change has
 * nothing new in it and is not listed, so that a run which wrote nothing costs a look at each
 * folder.
 */
final class NewFiles {

  private static final Logger log = LoggerFactory.getLogger(NewFiles.class);
  private static final Set<String> SKIPPED = Set.of(".git", "node_modules");

  private final TreeVerifier verifier;
  private final Workspace.Wanted wanted;
  private final int limit;
  private final List<Path> found = new ArrayList<>();

  NewFiles(TreeVerifier verifier, Workspace.Wanted wanted, int limit) {
    this.verifier = verifier;
    this.wanted = wanted;
    this.limit = limit;
  }

  List<Path> find(Path folder, FolderNode node) throws IOException {
    visit(folder, node, FileStamp.Trace.of(folder));
    return List.copyOf(found);
  }

  private void visit(Path folder, FolderNode node, FileStamp.Trace now) throws IOException {
    if (!verifier.isUntouched(node, now)) {
      visitChildren(folder, node);
    }
    String folderName = nameOf(folder);
    for (Map.Entry<String, WrittenEntry> child : node.children.entrySet()) {
      if (child.getValue() instanceof FolderNode inner) {
        visitKnownFolder(folder.resolve(child.getKey()), inner);
      } else if (wanted.test(folderName, child.getKey())) {
        visitKnownFile(folder.resolve(child.getKey()), child.getValue());
      }
    }
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  private void visitKnownFolder(Path path, FolderNode node) throws IOException {
    FileStamp.Trace now = TreeVerifier.traceOf(path);
    if (now != null && now.isSameDirectoryAs(node.stamp)) {
      visit(path, node, now);
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      visitStranger(path);
    }
  }

  private void visitKnownFile(Path path, WrittenEntry node) throws IOException {
    if (node instanceof FileNode
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && !verifier.isOurs(path, node)) {
      add(path);
    }
  }

  private void visitChildren(Path folder, FolderNode node) {
    for (Path path : list(folder)) {
      if (!TreeVerifier.isKnown(folder, node, path)) {
        visitStranger(path);
      }
    }
  }

  private void visitStranger(Path path) {
    if (SKIPPED.contains(nameOf(path))) {
      return;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      list(path).forEach(this::visitStranger);
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

  /** A folder that the run made unreadable has nothing that we could use. */
  private static List<Path> list(Path folder) {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      children.forEach(paths::add);
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("not looking into {}: {}", folder, e.toString());
    }
    paths.sort(null);
    return paths;
  }
}
