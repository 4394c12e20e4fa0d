package ci.assay.cli.command;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.process.CommandContext;
import ci.assay.message.Order;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assay cancel}. */
@Command(
    name = "cancel",
    description = {
      "Cancels the tests of a commit that are waiting or running; its verdict is cancelled.",
      ""
    },
    footer = {
      "",
      "Runs that are under way are stopped. A verdict that is there stays as it is.",
      "Exit code: 0 done, 1 not done (and why), 2 wrong input, 3 no coordinator there.",
      "",
      "Example:  assay cancel bottle 4f1c0a"
    })
public final class CancelCommand implements Callable<Integer> {

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin OrderCommand order;

  public CancelCommand(CommandContext context) {
    this.order = new OrderCommand(context);
  }

  @Override
  public Integer call() throws Exception {
    return order.give(Order.Kind.CANCEL);
  }
}
