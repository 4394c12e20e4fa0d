package ci.assay.cli.command;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.Durations;
import ci.assay.web.api.ApiModels;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assay queue}. */
@Command(
    name = "queue",
    description = {"Lists the jobs that wait or run, the oldest first.", ""},
    footer = {"", "Example:  assay queue --server http://ci.example.org:8010"})
public final class QueueCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ServerOption server = new ServerOption();
  @Mixin JsonOption json = new JsonOption();

  public QueueCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    ApiModels.Queue queue = server.client().queue();
    Terminal terminal = context.terminal();
    if (json.isGiven()) {
      JsonOption.print(queue.jobs(), terminal.out());
      return ExitCode.OK;
    }
    if (queue.owed() == 0) {
      terminal.out().println("nothing is waiting or running");
      return ExitCode.OK;
    }
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("STATE", "WORKER", "RUNNING FOR", "QUEUED", "POOL", "JOB");
    for (ApiModels.Job job : queue.jobs()) {
      table.row(
          terminal.outStyle().state(job.state()),
          job.worker() == null ? "" : job.worker(),
          job.startedAt() == null ? "" : Durations.text(since(job.startedAt())),
          Ages.text(since(job.queuedAt())),
          job.pool(),
          job.id());
    }
    table.lines().forEach(terminal.out()::println);
    if (queue.owed() > queue.jobs().size()) {
      terminal.out().println("and " + (queue.owed() - queue.jobs().size()) + " more");
    }
    return ExitCode.OK;
  }

  private Duration since(Instant time) {
    Duration since = Duration.between(time, context.clock().instant());
    return since.isNegative() ? Duration.ZERO : since;
  }
}
