package ci.assay.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A worker's folder. */
final class WorkOption {

  private final Surroundings surroundings;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "A worker's mirrors, checkouts and the homes of its runs; one worker at a time"
              + " (default: ~/.cache/assay/worker).")
  @Nullable Path work;

  WorkOption(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Path folder() {
    return work != null ? work : surroundings.cacheFolder().resolve("worker");
  }
}
