package ci.assay.cli.command;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.HttpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.index.Index;
import ci.assay.index.IndexRebuild;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay reindex}. */
@Command(
    name = "reindex",
    description = {"Rebuilds the index of the pages from the result files.", ""},
    footer = {
      "",
      "The files are the record; the index can be deleted or rebuilt at any time, also while a",
      "coordinator runs: its pages show the earlier one until this is done.",
      "",
      "Example:  assay reindex --results /srv/assay/results"
    })
public final class ReindexCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description = "The index (default: .index/assay.db in the results folder).")
  @Nullable Path index;

  public ReindexCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() {
    ResultReader reader = results.reader();
    Path file = index != null ? index : HttpOptions.indexIn(results.folder());
    try (Index opened = Index.open(file)) {
      long commits = new IndexRebuild(opened, reader, context.clock()).run();
      context
          .terminal()
          .out()
          .println(String.format(Locale.ROOT, "%,d commits indexed in %s", commits, file));
    }
    return ExitCode.OK;
  }
}
