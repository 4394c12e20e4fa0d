package ci.assay.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the result files are. */
final class ResultsOption {

  private final Surroundings surroundings;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where the result files are (default: ~/.local/share/assay/results).")
  @Nullable Path results;

  ResultsOption(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Path folder() {
    return results != null ? results : surroundings.dataFolder().resolve("results");
  }
}
