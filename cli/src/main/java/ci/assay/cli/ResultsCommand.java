package ci.assay.cli;

import ci.assay.cli.results.CommitReport;
import ci.assay.cli.results.VerdictTable;
import ci.assay.coordinator.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay results}. */
@Command(
    name = "results",
    description = {"Shows what came of the commits, the newest first.", ""},
    footer = {
      "",
      "Examples:  assay results                  the latest of all repositories",
      "           assay results bottle           those of one",
      "           assay results bottle 4f1c0a    one commit, in detail",
      "           assay results --json | jq 'select(.outcome == \"failed\") | .commit'"
    })
final class ResultsCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "30",
      description = "How many commits at most (default: 30).")
  Count limit = new Count(30);

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints each verdict as JSON on one line; nothing about what is pending.")
  boolean json;

  @Parameters(index = "0", arity = "0..1", paramLabel = "REPOSITORY", description = "Its name.")
  @Nullable String repository;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "COMMIT",
      description = "The beginning of its id.")
  @Nullable String commit;

  ResultsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new ResultsOption(surroundings);
  }

  @Override
  public Integer call() {
    ResultReader reader = results.reader();
    if (repository != null && commit != null) {
      show(reader, repository, reader.resolve(repository, commit));
    } else {
      list(reader);
    }
    return ExitCode.OK;
  }

  private void show(ResultReader reader, String name, CommitId id) {
    PrintStream out = surroundings.terminal().out();
    if (json) {
      reader.verdict(name, id).map(Codec::line).ifPresent(out::println);
      return;
    }
    CommitReport report =
        new CommitReport(surroundings.terminal().outStyle(), surroundings.clock().instant());
    report.lines(reader, name, id).forEach(out::println);
  }

  private void list(ResultReader reader) {
    PrintStream out = surroundings.terminal().out();
    List<Verdict> verdicts =
        repository == null
            ? reader.newest(limit.value())
            : reader.newest(repository, limit.value());
    if (json) {
      verdicts.stream().map(Codec::line).forEach(out::println);
      return;
    }
    List<Job> pending = repository == null ? reader.pending() : reader.pending(repository);
    if (verdicts.isEmpty() && pending.isEmpty()) {
      out.println("no results in " + results.folder() + " yet");
      return;
    }
    new VerdictTable(surroundings.terminal(), surroundings.clock().instant())
        .lines(pending, verdicts)
        .forEach(out::println);
  }
}
