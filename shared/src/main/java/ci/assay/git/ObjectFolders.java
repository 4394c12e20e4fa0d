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
 * Where the objects of a repository are: in a folder of its own, and in those of others that it
 * borrows from (git's {@code objects/info/alternates}).
 */
public final class ObjectFolders {

  private static final Logger log = LoggerFactory.getLogger(ObjectFolders.class);
  private static final int MOST = 32;
  private static final int LARGEST = 64 << 10;

  private ObjectFolders() {}

  /** All of them that are there, its own first. */
  public static List<Path> of(Repository repository) {
    List<Path> all = new ArrayList<>();
    all.add(own(repository));
    for (int i = 0; i < all.size(); i++) {
      for (Path each : borrowed(all.get(i))) {
        if (all.size() < MOST && !all.contains(each) && Files.isDirectory(each)) {
          all.add(each);
        }
      }
    }
    return List.copyOf(all);
  }

  static Path own(Repository repository) {
    return repository.getCommonDirectory().toPath().resolve("objects");
  }

  /** Where those stand that a folder of objects borrows from. */
  static Path alternates(Path objects) {
    return objects.resolve("info/alternates");
  }

  /** Those that a folder of objects borrows from, as it says. */
  static List<Path> borrowed(Path objects) {
    Path file = alternates(objects);
    List<Path> all = new ArrayList<>();
    try {
      if (Files.size(file) <= LARGEST) {
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
