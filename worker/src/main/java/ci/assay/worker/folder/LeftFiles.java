package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files that runs left, as far as they can be read, and never at what is mounted there.
 */
final class LeftFiles {

  private static final Logger log = LoggerFactory.getLogger(LeftFiles.class);

  /** Looking stops here: there is enough to tell a person of. */
  private static final int MOST_COUNTED = 100_000;

  private LeftFiles() {}

  /** How much there is in files and folders and below them; a lower bound where there are many. */
  static long bytes(List<Path> all) {
    Deque<Path> open = new ArrayDeque<>(all);
    MountTable mounts;
    try {
      mounts = MountTable.read();
    } catch (IOException e) { // then nothing is known of where not to look
      log.debug("what is aside is not measured: {}", e.toString());
      return 0;
    }
    long bytes = 0;
    for (int count = 0; count < MOST_COUNTED && !open.isEmpty(); count++) {
      Path next = open.remove();
      try {
        if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
          if (!mounts.isAt(next)) {
            open.addAll(in(next));
          }
        } else if (Files.isRegularFile(next, LinkOption.NOFOLLOW_LINKS)) {
          bytes += Files.size(next);
        }
      } catch (IOException e) {
        log.debug("{} cannot be looked at: {}", next, e.toString());
      }
    }
    return bytes;
  }

  /** What a folder holds; nothing where it cannot be listed. */
  static List<Path> in(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        if (found.size() < MOST_COUNTED) {
          found.add(each);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("{} cannot be listed: {}", folder, e.toString());
    }
    return found;
  }
}
