package ci.assay.worker.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.ObjectLoader;

/** Creates links with exactly the target that the commit has. */
final class SymbolicLink {

  private static final int LONGEST_TARGET = 4_095;

  private SymbolicLink() {}

  static void create(Path link, ObjectLoader content) throws IOException, RefusedCommitException {
    if (content.getSize() < 1 || content.getSize() > LONGEST_TARGET) {
      throw new RefusedCommitException(
          "link '%s' has a target of %d bytes".formatted(link.getFileName(), content.getSize()));
    }
    String target = TreeEntry.text(content.getCachedBytes(), "the target of link " + link);
    try {
      Path path = link.getFileSystem().getPath(target);
      if (path.toString().equals(target)) {
        Files.createSymbolicLink(link, path);
      } else {
        createByTool(link, target);
      }
    } catch (InvalidPathException e) {
      throw TreeEntry.unwritable("the target of link '%s'".formatted(link.getFileName()), e);
    }
  }

  /**
   * Creates the link with ln, because Java normalises the target: {@code folder/} to {@code
   * folder}.
   */
  private static void createByTool(Path link, String target) throws IOException {
    try {
      Process tool = new ProcessBuilder("ln", "-s", "--", target, link.toString()).start();
      if (tool.waitFor() != 0) {
        throw new IOException("cannot make the link " + link);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making the link " + link, e);
    }
  }
}
