package ci.assay.coordinator.store;

import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code attempts.jsonl}: results of a job that do not decide, one a line: the job had a result
 * already, or their runs are not known to have begun. Lines are only appended, so that a
 * coordinator that took over and the one before it do not overwrite each other's.
 */
final class Attempts {

  /** More later results of one job would be of no use. */
  private static final int MOST = 100;

  private final Disk disk;
  private final Path folder;
  private final AppendOnlyFile file;

  Attempts(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
    this.file = new AppendOnlyFile(disk, folder.resolve(ResultsFolder.ATTEMPTS));
  }

  /**
   * Adds a line for a result, unless its run has one, or there are {@value #MOST} lines. The line
   * is on disk when this returns.
   *
   * @return whether a line was added
   */
  boolean add(Result late) throws IOException {
    String run = "\"run\":\"" + late.run() + "\"";
    List<String> lines = file.lines();
    boolean isNew = lines.size() < MOST && lines.stream().noneMatch(line -> line.contains(run));
    if (isNew) {
      file.append(Codec.encode(late), true);
    }
    disk.sync(folder);
    return isNew;
  }
}
