package ci.assay.git;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;

/**
 * Writes the objects of a prepared {@link PackWriter} into a mirror as a new pack, which appears
 * complete or not at all. It is not flushed to disk: after a power cut a damaged pack counts as
 * missing, and its objects are fetched again.
 */
final class PackInsertion {

  private PackInsertion() {}

  static void write(PackWriter writer, FileRepository mirror, FetchBudget budget)
      throws IOException {
    if (writer.getObjectCount() == 0) {
      return;
    }
    Path folder = mirror.getObjectDatabase().getPackDirectory().toPath();
    Path pack = Files.createTempFile(folder, "incoming_", ".pack");
    // Does not end in .idx: JGit's garbage collector would delete an index without a pack.
    Path index = Files.createTempFile(folder, "incoming_", ".tmp");
    try {
      try (OutputStream out =
          budget.counted(new BufferedOutputStream(Files.newOutputStream(pack)))) {
        writer.writePack(budget, budget, out);
      }
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(index))) {
        writer.writeIndex(out);
      }
      String name = "pack-" + writer.computeName().name();
      Path place = folder.resolve(name + ".pack");
      Files.move(pack, place, StandardCopyOption.ATOMIC_MOVE);
      Files.move(index, folder.resolve(name + ".idx"), StandardCopyOption.ATOMIC_MOVE);
      mirror.getObjectDatabase().openPack(place.toFile());
    } finally {
      Files.deleteIfExists(pack);
      Files.deleteIfExists(index);
    }
  }
}
