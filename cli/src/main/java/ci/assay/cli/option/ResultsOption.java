package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The folder of the result files. */
public final class ResultsOption {

  private final CommandContext context;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where the result files are (default: ~/.local/share/assay/results).")
  @Nullable Path results;

  public ResultsOption(CommandContext context) {
    this.context = context;
  }

  /**
   * A reader of the folder.
   *
   * @throws InvalidInputException when the folder does not exist
   */
  public ResultReader reader() {
    Path folder = folder();
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "no results folder '" + folder + "'; name the coordinator's with --results DIR");
    }
    return new ResultReader(folder);
  }

  public Path folder() {
    return results != null ? results : context.dataFolder().resolve("results");
  }
}
