package ci.assay.cli.command;

import ci.assay.cli.console.Table;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.QuietFolder;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.value.Count;
import ci.assay.common.CrashPoint;
import ci.assay.common.Sizes;
import ci.assay.coordinator.active.FolderClaim;
import ci.assay.coordinator.retention.OldRun;
import ci.assay.coordinator.retention.PruneRule;
import ci.assay.coordinator.retention.Pruning;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.index.IndexCleanup;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay prune}. */
@Command(
    name = "prune",
    description = {
      "Removes logs, test cases and artifacts of old commits; their verdicts stay.",
      ""
    },
    footer = {
      "",
      "With both limits, only commits beyond both are pruned. The tips of branches, and commits",
      "without a verdict, are left whole. The pages and assay log say that a log was removed.",
      "",
      "No coordinator may use the folder meanwhile: stop it (results wait in the queue), prune, and",
      "start it again. Pruning may be stopped at any time; the next one removes the rest.",
      "Exit code: 0 done, 2 wrong input, 3 could not, for example because a coordinator runs.",
      "",
      "Examples:  assay prune --older-than 90d --keep 100 --dry-run",
      "           assay prune --older-than 90d --keep 100"
    })
public final class PruneCommand implements Callable<Integer> {

  /** How many commits are pruned in one transaction of the index. */
  private static final int BATCH = 200;

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin QuietFolder folder;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description =
          "Prunes commits whose verdict is older than this, for example 90d; at most 365d.")
  @Nullable Duration olderThan;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "How many of the newest commits of each branch keep everything.")
  @Nullable Count keep;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Shows what would be removed, and removes nothing; a coordinator may run.")
  boolean dryRun;

  @Parameters(
      paramLabel = "REPOSITORY",
      arity = "0..*",
      description = "The names of those to prune (default: all).")
  List<String> repositories = List.of();

  public PruneCommand(CommandContext context) {
    this.context = context;
    this.folder = new QuietFolder(context);
  }

  @Override
  public Integer call() throws Exception {
    PruneRule rule = new PruneRule(olderThan, keep == null ? null : keep.value());
    ResultReader reader = folder.reader();
    Instant now = context.clock().instant();
    Pruning pruning = new Pruning(folder.path());
    List<String> which = repositories.isEmpty() ? reader.repositories() : known(reader);
    if (dryRun) {
      List<OldRun> found = pruning.find(rule, which, now);
      list(found);
      sum(found, "would be");
      return ExitCode.OK;
    }
    try (FolderClaim unused = folder.claim("assay prune", now)) {
      List<OldRun> found = pruning.find(rule, which, now);
      remove(pruning, found, now);
      sum(found, "were");
    }
    return ExitCode.OK;
  }

  private List<String> known(ResultReader reader) {
    repositories.forEach(reader::requireKnown);
    return repositories.stream().distinct().sorted().toList();
  }

  private void remove(Pruning pruning, List<OldRun> found, Instant now) {
    folder.cleaningIndex(
        index -> {
          for (int from = 0; from < found.size(); from += BATCH) {
            List<OldRun> batch = found.subList(from, Math.min(found.size(), from + BATCH));
            forgetTests(index, batch);
            CrashPoint.PRUNE_INDEX_DONE.reached();
            batch.forEach(each -> pruning.remove(each, now));
          }
        });
  }

  private static void forgetTests(@Nullable IndexCleanup index, List<OldRun> batch) {
    if (index != null) {
      batch.stream()
          .collect(
              Collectors.groupingBy(
                  OldRun::repository, Collectors.mapping(OldRun::commit, Collectors.toList())))
          .forEach(index::forgetTests);
    }
  }

  private void list(List<OldRun> found) {
    Table table = new Table(context.terminal().columns(), false);
    found.forEach(
        each ->
            table.row(
                each.repository(),
                each.commit().abbreviated(),
                each.ref(),
                each.judgedAt().toString(),
                Sizes.text(each.bytes())));
    table.lines().forEach(context.terminal().out()::println);
  }

  private void sum(List<OldRun> found, String word) {
    PrintStream out = context.terminal().out();
    long bytes = found.stream().mapToLong(OldRun::bytes).sum();
    out.printf(
        "logs and test cases of %s %s removed: %d bytes (%s)%n",
        found.size() == 1 ? "1 commit" : found.size() + " commits",
        found.size() == 1 && word.equals("were") ? "was" : word,
        bytes,
        Sizes.text(bytes));
  }
}
