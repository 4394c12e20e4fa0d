package ci.assay.coordinator.store;

import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code attempts.jsonl}: results of a job that had its result already, one a line. Lines are
 * appended, so that a coordinator that took over and the one before it never undo each other's.
 */
final class Attempts {

  private final Disk disk;
  private final Path folder;
  private final AppendOnlyFile file;

  Attempts(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
    this.file = new AppendOnlyFile(disk, folder.resolve(ResultsFolder.ATTEMPTS));
  }

  /**
   * Adds a line for a result, unless its run has one. It is on the disk when this returns.
   *
   * @return whether it is new
   */
  boolean add(Result late) throws IOException {
    String run = "\"run\":\"" + late.run() + "\"";
    boolean isNew = file.lines().stream().noneMatch(line -> line.contains(run));
    if (isNew) {
      file.append(Codec.encode(late), true);
    }
    disk.sync(folder);
    return isNew;
  }
}
