package ci.assay.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.jspecify.annotations.Nullable;

/** Sets which repository a mirror borrows objects from (git's {@code objects/info/alternates}). */
final class Borrowing {

  private Borrowing() {}

  /**
   * Makes a mirror borrow from this folder of objects only, or from none. Does nothing when that is
   * so already.
   */
  static void set(FileRepository mirror, @Nullable Path from) throws IOException {
    Path own = ObjectFolders.own(mirror);
    List<Path> wanted = from == null ? List.of() : List.of(from);
    if (ObjectFolders.borrowed(own).equals(wanted)) {
      return;
    }
    Path file = ObjectFolders.alternates(own);
    try (MirrorLock lock =
        MirrorLock.acquire(mirror.getDirectory().toPath().resolve(Mirror.LOCK))) {
      if (from == null) {
        Files.deleteIfExists(file);
      } else {
        Files.createDirectories(own.resolve("info"));
        Path next = file.resolveSibling("alternates.new");
        Files.write(next, (from + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    mirror.getObjectDatabase().close(); // JGit reads the file only once
  }
}
