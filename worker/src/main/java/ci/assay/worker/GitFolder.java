package ci.assay.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/**
 * The {@code .git} of a work tree: just enough for git's commands to work, made anew for each run,
 * so that no hook, no setting and no ref of an earlier run is in it. The objects are the mirror's.
 */
record GitFolder(Path path) {

  private static final String CONFIG =
      "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n";

  /** Writes it; the index comes last. */
  void write(Repository mirror, ObjectId commit, IndexFile index) throws IOException {
    FileTree.delete(path);
    Files.createDirectories(path.resolve("objects/info"));
    Files.createDirectory(path.resolve("refs"));
    write("objects/info/alternates", mirror.getDirectory().toPath().resolve("objects") + "\n");
    write("config", CONFIG);
    write("packed-refs", tags(mirror));
    write("HEAD", commit.name() + "\n");
    Files.write(indexFile(), index.content());
  }

  Path indexFile() {
    return path.resolve("index");
  }

  private static String tags(Repository mirror) throws IOException {
    List<Ref> tags = mirror.getRefDatabase().getRefsByPrefix(Constants.R_TAGS);
    StringBuilder lines = new StringBuilder();
    for (Ref tag : tags) {
      lines.append(tag.getObjectId().name()).append(' ').append(tag.getName()).append('\n');
    }
    return lines.toString();
  }

  private void write(String name, String content) throws IOException {
    Files.write(path.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }
}
