package ci.assay.cli.option;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command. */
public final class HelpOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  boolean help;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options that are not given here (default: ./assay.yaml where it exists).")
  @Nullable Path config;
}
