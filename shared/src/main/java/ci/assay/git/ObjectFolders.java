package ci.assay.git;

import ci.assay.common.FailureText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders with the objects of a repository: its own, and those of the repositories that it
 * borrows from (git's {@code objects/info/alternates}).
 */
public final class ObjectFolders {

  private static final Logger log = LoggerFactory.getLogger(ObjectFolders.class);
  private static final int MOST_FOLDERS = 32;
  private static final int MOST_BYTES = 64 << 10;

  private ObjectFolders() {}

  /**
   * All folders that exist, the repository's own first; includes those that the borrowed ones
   * borrow from.
   */
  public static List<Path> of(Repository repository) {
    List<Path> all = new ArrayList<>();
    all.add(own(repository));
    for (int i = 0; i < all.size(); i++) {
      for (Path each : borrowed(all.get(i))) {
        if (all.size() < MOST_FOLDERS && !all.contains(each) && Files.isDirectory(each)) {
          all.add(each);
        }
      }
    }
    return List.copyOf(all);
  }

  static Path own(Repository repository) {
    return repository.getCommonDirectory().toPath().resolve("objects");
  }

  /** The file that lists which folders a folder of objects borrows from. */
  static Path alternates(Path objects) {
    return objects.resolve("info/alternates");
  }

  /**
   * The folders that a folder of objects borrows from, as listed in its file, whether or not they
   * exist.
   */
  static List<Path> borrowed(Path objects) {
    Path file = alternates(objects);
    List<Path> all = new ArrayList<>();
    try {
      if (Files.size(file) <= MOST_BYTES) {
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
          if (!line.isBlank() && !line.startsWith("#")) {
            all.add(objects.resolve(line).normalize());
          }
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | InvalidPathException e) {
      log.warn("{} cannot be read: {}", file, FailureText.of(e));
    }
    return all;
  }
}
