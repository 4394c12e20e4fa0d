package ci.assay.systemtest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When the verdicts of a batch were there.
 *
 * @param verdicts the first is the first that was there
 */
record Progress(Instant began, List<Instant> verdicts) {

  /** From the times when the files were last changed. */
  static Progress of(Instant began, List<Path> files) throws IOException {
    Instant[] times = new Instant[files.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = Files.getLastModifiedTime(files.get(i)).toInstant();
    }
    return new Progress(began, List.of(times).stream().sorted().toList());
  }

  /** Verdicts per second, of all. */
  double rate() {
    return rateOfFirst(verdicts.size());
  }

  /** Verdicts per second until this many were there. */
  double rateOfFirst(int count) {
    return count * 1e9 / Duration.between(began, verdicts.get(count - 1)).toNanos();
  }
}
