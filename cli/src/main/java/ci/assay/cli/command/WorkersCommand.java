package ci.assay.cli.command;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.Sizes;
import ci.assay.web.api.ApiModels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assay workers}. */
@Command(
    name = "workers",
    description = {
      "Lists the workers and what they run.",
      "",
      "A worker that was killed or cut off is listed as lost for an hour, or until a worker of the same name"
          + " is back.",
      ""
    },
    footer = {"", "Example:  assay workers --server http://ci.example.org:8010"})
public final class WorkersCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ServerOption server = new ServerOption();
  @Mixin JsonOption json = new JsonOption();

  public WorkersCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<ApiModels.Worker> workers = server.client().workers();
    Terminal terminal = context.terminal();
    if (json.isGiven()) {
      JsonOption.print(workers, terminal.out());
      return ExitCode.OK;
    }
    if (workers.isEmpty()) {
      terminal.out().println("no worker is running");
      return ExitCode.OK;
    }
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("WORKER", "SLOTS", "EXECUTOR", "POOLS", "FREE", "SEEN", "RUNNING");
    for (ApiModels.Worker worker : workers) {
      table.row(
          worker.name(),
          worker.lost() ? "-" : worker.running().size() + "/" + worker.slots(),
          worker.executor() == null ? "-" : worker.executor(),
          String.join(",", worker.pools()),
          worker.lost() ? "-" : Sizes.text(worker.freeBytes()),
          Ages.text(Duration.between(worker.seenAt(), context.clock().instant())),
          runs(worker));
    }
    table.lines().forEach(terminal.out()::println);
    return ExitCode.OK;
  }

  private static String runs(ApiModels.Worker worker) {
    String jobs = String.join(" ", worker.running().stream().map(ApiModels.Run::job).toList());
    if (worker.lost()) {
      return jobs.isEmpty() ? "lost" : "lost; it was running " + jobs;
    }
    return worker.takesNothing() != null
        ? "takes no jobs: " + PlainText.line(worker.takesNothing())
        : jobs;
  }
}
