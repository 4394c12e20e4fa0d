package ci.assay.cli.doctor;

import ci.assay.cli.console.IoTrouble;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder that Assay writes to: may it, is there room, does it have the links that it needs? */
public final class FolderCheck {

  private static final long MEBIBYTE = 1L << 20;
  private static final long LITTLE = 5_000 * MEBIBYTE;
  private static final long TOO_LITTLE = 500 * MEBIBYTE;

  private FolderCheck() {}

  /**
   * Checks one; leaves nothing behind, a folder that is not there yet is not made.
   *
   * @param subject what it is for: {@code results}
   */
  public static Finding of(String subject, Path folder) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return Finding.fail(subject, existing + " is a file, not a folder; name another one");
    }
    try {
      probe(existing);
      return room(subject, folder, Files.getFileStore(existing).getUsableSpace());
    } catch (IOException e) {
      return Finding.fail(
          subject,
          "user '%s' cannot write in %s: %s"
              .formatted(System.getProperty("user.name"), existing, IoTrouble.inWords(e)));
    } catch (UnsupportedOperationException e) {
      return Finding.fail(
          subject,
          "the file system of " + existing + " has no hard links; name a folder on another one");
    }
  }

  /** What runs left in a worker's folder and could not be deleted, where that is much. */
  public static List<Finding> aside(Path work) {
    WorkFolder folder = new WorkFolder(work);
    Quarantine.Left left = Quarantine.leftIn(folder);
    return left.isMuch()
        ? List.of(
            Finding.warn(
                "work",
                "%s that runs left could not be deleted; look at it in %s, and delete it as root"
                    .formatted(left.words(), folder.aside())))
        : List.of();
  }

  /** The result store creates files by hard links. */
  private static void probe(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, ".assay-doctor-", "");
    Path link = file.resolveSibling(file.getFileName() + ".link");
    try {
      Files.createLink(link, file);
    } finally {
      Files.deleteIfExists(link);
      Files.delete(file);
    }
  }

  private static Finding room(String subject, Path folder, long bytes) {
    String text = "%s, %.1f GiB free".formatted(folder, bytes / 1_024.0 / MEBIBYTE);
    if (bytes < TOO_LITTLE) {
      return Finding.fail(subject, text + ": make room");
    }
    return bytes < LITTLE
        ? Finding.warn(subject, text + ": make room soon")
        : Finding.ok(subject, text);
  }
}
