package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.system.PollSender;
import ci.assay.cli.value.HostName;
import ci.assay.message.PollRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code assay notify}. */
@Command(
    name = "notify",
    description = {"Tells the observer that something was pushed, so that it polls at once.", ""},
    footer = {
      "",
      "For the post-receive hook of a plain git server; docker/post-receive is an example. The",
      "observer polls the repository anyway, only later, so nothing is lost when this fails.",
      "Exit code: 0 an observer was told, 2 wrong input, 3 no broker or no observer.",
      "",
      "Example:  assay notify bottle"
    })
public final class NotifyCommand implements Callable<Integer> {

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();

  @Parameters(paramLabel = "REPOSITORY", description = "Its name, as the observer knows it.")
  String repository = "";

  private final CommandContext context;

  public NotifyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    BrokerAddress address = broker.address();
    PollRequest request = new PollRequest(repository, "assay notify on " + HostName.get());
    PollSender.send(address, request);
    context.terminal().out().println("told the observer to look at " + repository);
    return ExitCode.OK;
  }
}
