package ci.assay.cli.command;

import ci.assay.cli.demo.DemoFolder;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.LocalBrokerOptions;
import ci.assay.cli.option.LogLevel;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.system.DemoRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole system at work: makes a small repository with good and bad commits, watches"
          + " and tests it, all in this process, and explains the verdicts. Needs nothing but Java"
          + " and sh.",
      ""
    },
    footer = {
      "",
      "Exit code: 0 when every verdict is the right one, 3 otherwise. Leaves nothing running."
    })
public final class DemoCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin LocalBrokerOptions broker = new LocalBrokerOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "An empty or new folder for it (default: a new one in the temporary folder).")
  @Nullable Path dir;

  public DemoCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    LogLevel.quiet(context);
    Path folder = dir == null ? DemoFolder.temporary() : DemoFolder.of(dir);
    return new DemoRun(context, folder, broker.address()).run();
  }
}
