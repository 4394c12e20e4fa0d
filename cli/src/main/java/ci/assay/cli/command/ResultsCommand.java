package ci.assay.cli.command;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.results.CommitReport;
import ci.assay.cli.results.VerdictTable;
import ci.assay.cli.value.Count;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.State.Standing;
import ci.assay.web.api.ApiClient;
import ci.assay.web.api.ApiModels;
import ci.assay.wire.Codec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay results}. */
@Command(
    name = "results",
    description = {
      "Shows the state of commits: those that wait or run, then verdicts, the newest first.",
      ""
    },
    footer = {
      "",
      "Examples:  assay results                  the latest of all repositories",
      "           assay results bottle           those of one",
      "           assay results bottle 4f1c0a    one commit, in detail",
      "           assay results --server http://ci.example.org:8010 bottle",
      "           assay results --json | jq 'select(.outcome == \"failed\") | .commit'"
    })
public final class ResultsCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

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
      description =
          "Prints each row as JSON on one line, and of one commit its verdict.json; docs/api.md names"
              + " the fields.")
  boolean json;

  @Parameters(index = "0", arity = "0..1", paramLabel = "REPOSITORY", description = "Its name.")
  @Nullable String repository;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "COMMIT",
      description = "The beginning of its id.")
  @Nullable String commit;

  public ResultsCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (server.isMeant()) {
      ask(server.client());
    } else if (repository != null && commit != null) {
      show(results.reader(), repository, commit);
    } else {
      list(results.reader());
    }
    return ExitCode.OK;
  }

  private void show(ResultReader reader, String name, String beginning) {
    CommitId id = reader.resolve(name, beginning);
    StoredCommit stored = reader.stored(name, id);
    Set<JobId> judged = stored.results().stream().map(Result::id).collect(Collectors.toSet());
    List<CommitReport.Owed> owed =
        stored.jobs().stream()
            .filter(job -> !judged.contains(job.id()))
            .map(
                job ->
                    new CommitReport.Owed(
                        job.variant().name(),
                        reader.standing(job.id()),
                        job.pool(),
                        job.queuedAt()))
            .toList();
    String subject =
        Stream.concat(stored.jobs().stream(), stored.results().stream().map(Result::about))
            .map(ResultRows::subject)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    report(
        new CommitReport.Known(
            new CommitReport.Subject(name, id.value(), subject),
            stored.verdict().orElse(null),
            stored.results(),
            owed),
        result -> reader.log(result.id()).toString());
  }

  private void list(ResultReader reader) {
    show(
        ResultRows.of(reader, repository, limit.value()),
        tips(reader),
        "no results in " + results.folder() + " yet");
  }

  private void ask(ApiClient client) throws InterruptedException {
    if (repository != null && commit != null) {
      ApiModels.WholeCommit found = client.commit(repository, commit);
      List<CommitReport.Owed> owed =
          found.jobs().stream()
              .filter(job -> job.outcome() == null)
              .map(
                  job ->
                      new CommitReport.Owed(
                          job.variant(),
                          new Standing(job.state(), job.worker(), job.startedAt()),
                          job.pool(),
                          job.queuedAt()))
              .toList();
      report(
          new CommitReport.Known(
              new CommitReport.Subject(
                  repository, found.commit().commit(), found.commit().subject()),
              found.verdict(),
              found.results(),
              owed),
          client::page);
      return;
    }
    show(client.commits(repository, limit.value()), tips(client), "no results yet");
  }

  private static VerdictTable.Tips tips(ResultReader reader) {
    Map<String, Map<String, List<String>>> known = new HashMap<>();
    return (name, id) ->
        known
            .computeIfAbsent(name, each -> refsByCommit(reader.tips(each)))
            .getOrDefault(id, List.of());
  }

  private static Map<String, List<String>> refsByCommit(Optional<RefTips> tips) {
    Map<String, List<String>> refs = new HashMap<>();
    tips.ifPresent(
        list ->
            list.refs()
                .forEach(
                    (ref, tip) ->
                        refs.computeIfAbsent(tip.value(), each -> new ArrayList<>()).add(ref)));
    return refs;
  }

  private static VerdictTable.Tips tips(ApiClient client) throws InterruptedException {
    Map<String, List<String>> refs = new HashMap<>();
    for (ApiModels.Repository each : client.repositories()) {
      for (ApiModels.Branch branch : each.branches()) {
        if (branch.tip() != null) {
          refs.computeIfAbsent(each.name() + "/" + branch.tip(), at -> new ArrayList<>())
              .add(branch.ref());
        }
      }
    }
    return (name, id) -> refs.getOrDefault(name + "/" + id, List.of());
  }

  private void report(CommitReport.Known known, Function<Result, String> log) {
    if (json) {
      Optional.ofNullable(known.verdict()).map(Codec::line).ifPresent(out()::println);
      return;
    }
    new CommitReport(context.terminal().outStyle(), context.clock().instant())
        .lines(known, log)
        .forEach(out()::println);
  }

  private void show(List<ApiModels.Commit> commits, VerdictTable.Tips refs, String whenEmpty) {
    if (json) {
      JsonOption.print(commits, out());
    } else if (commits.isEmpty()) {
      out().println(whenEmpty);
    } else {
      new VerdictTable(context.terminal(), context.clock().instant(), refs)
          .lines(ResultRows.owed(commits), ResultRows.judged(commits))
          .forEach(out()::println);
    }
  }

  private PrintStream out() {
    return context.terminal().out();
  }
}
