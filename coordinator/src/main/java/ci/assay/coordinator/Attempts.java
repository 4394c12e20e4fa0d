package ci.assay.coordinator;

import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code attempts.jsonl}: results of a job that had its result already, one a line. */
final class Attempts {

  private final Disk disk;
  private final Path folder;
  private final Path file;

  Attempts(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
    this.file = folder.resolve(ResultsFolder.ATTEMPTS);
  }

  /**
   * Adds a line for a result, unless its run has one. It is on the disk when this returns.
   *
   * @return whether it is new
   */
  boolean add(Result late) throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : "";
    String after = before + new String(Codec.encode(late), StandardCharsets.UTF_8) + "\n";
    boolean isNew = !before.contains("\"run\":\"" + late.run() + "\"");
    if (isNew) {
      disk.replace(file, out -> out.write(after.getBytes(StandardCharsets.UTF_8)));
    }
    disk.sync(folder);
    return isNew;
  }
}
