package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The work folder of a worker. */
public final class WorkOption {

  private final CommandContext context;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "A worker's mirrors, checkouts and the homes of its runs; one worker at a time"
              + " (default: ~/.cache/assay/worker).")
  @Nullable Path work;

  public WorkOption(CommandContext context) {
    this.context = context;
  }

  public Path folder() {
    return work != null ? work : context.cacheFolder().resolve("worker");
  }
}
