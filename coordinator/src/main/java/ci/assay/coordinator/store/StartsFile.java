package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.model.Message;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code .starts} in a job's folder, until the job has its result: the messages about its runs, one
 * a line. It is not flushed: it must survive the death of this process, but after a power cut
 * attempts may be counted from the beginning.
 */
final class StartsFile {

  private static final Logger log = LoggerFactory.getLogger(StartsFile.class);

  /** Far more than all messages about the most runs that are stored. */
  static final long MOST_BYTES = 256 * 1024;

  private final Path folder;
  private final AppendOnlyFile file;

  StartsFile(Disk disk, Path folder) {
    this.folder = folder;
    this.file = new AppendOnlyFile(disk, folder.resolve(ResultsFolder.STARTS));
  }

  /** The runs of the job with this folder, for readers that write nothing. */
  static JobRuns in(Path folder) throws IOException {
    return runs(folder, AppendOnlyFile.lines(folder.resolve(ResultsFolder.STARTS)));
  }

  /** Adds a message, unless the job has its result or the file is at its limit. */
  void add(Message message) throws IOException {
    if (!isJudged() && size() < MOST_BYTES) {
      file.append(Codec.encode(message), false);
      if (isJudged()) { // meanwhile
        remove();
      }
    }
  }

  JobRuns read() throws IOException {
    return runs(folder, file.lines());
  }

  private static JobRuns runs(Path folder, List<String> lines) {
    List<Message> messages = new ArrayList<>();
    for (String line : lines) {
      try {
        messages.add(Codec.decode(line.getBytes(StandardCharsets.UTF_8)));
      } catch (InvalidInputException e) {
        log.warn("left out a line of {}/.starts: {}", folder, e.getMessage());
      }
    }
    return JobRuns.of(messages);
  }

  /** The job has its result. */
  void remove() throws IOException {
    Files.deleteIfExists(file.file());
  }

  private long size() throws IOException {
    return Files.exists(file.file()) ? Files.size(file.file()) : 0;
  }

  private boolean isJudged() {
    return Files.exists(folder.resolve(ResultsFolder.RESULT));
  }
}
