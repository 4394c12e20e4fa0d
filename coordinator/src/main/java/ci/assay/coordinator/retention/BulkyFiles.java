package ci.assay.coordinator.retention;

import ci.assay.common.CrashPoint;
import ci.assay.common.Texts;
import ci.assay.coordinator.artifact.ArtifactFolder;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultsFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The files in one job's folder that take most space: log, test cases, artifacts, later results.
 * The verdict does not depend on them.
 *
 * @param folder the folder of the job
 */
record BulkyFiles(Path folder) {

  /** A log that is not longer than the notice that would replace it stays. */
  private static final int LONGEST_NOTICE = 120;

  /** How many bytes would be freed. */
  long bytes() throws IOException {
    long log = sizeOf(log());
    return (log > LONGEST_NOTICE ? log : 0)
        + sizeOf(tests())
        + ArtifactRemoval.bytes(artifacts())
        + sizeOf(attempts());
  }

  /**
   * Removes the files, each atomically. The log is replaced by a line that says so, and the test
   * cases by an empty file: missing files would be assembled again if the result were delivered
   * again.
   */
  void remove(Disk disk, Instant now) throws IOException {
    if (sizeOf(tests()) > 0) {
      disk.replace(tests(), out -> {});
      CrashPoint.PRUNE_TESTS_GONE.reached();
    }
    ArtifactRemoval.remove(disk, artifacts(), now);
    long length = sizeOf(log());
    if (length > LONGEST_NOTICE) {
      byte[] notice = notice(length, now);
      disk.replace(log(), out -> out.write(notice));
      CrashPoint.PRUNE_LOG_GONE.reached();
    }
    Files.deleteIfExists(attempts());
    disk.sync(folder);
  }

  private static byte[] notice(long length, Instant now) {
    return "[assay] this log of %d bytes was removed by assay prune at %s\n"
        .formatted(length, Texts.time(now))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Path log() {
    return folder.resolve(ResultsFolder.LOG);
  }

  private ArtifactFolder artifacts() {
    return new ArtifactFolder(folder);
  }

  private Path tests() {
    return folder.resolve(ResultsFolder.TESTS);
  }

  private Path attempts() {
    return folder.resolve(ResultsFolder.ATTEMPTS);
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
