package ci.assay.cli;

import ci.assay.coordinator.ResultReader;
import ci.assay.model.InvalidInputException;
import java.nio.file.Files;
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

  /**
   * Reads what is there.
   *
   * @throws InvalidInputException when there is no such folder
   */
  ResultReader reader() {
    Path folder = folder();
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "no results folder '" + folder + "'; name the coordinator's with --results DIR");
    }
    return new ResultReader(folder);
  }

  Path folder() {
    return results != null ? results : surroundings.dataFolder().resolve("results");
  }
}
