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
      "Cancels the jobs of a commit that are waiting or running; its verdict is then cancelled.",
      ""
    },
    footer = {
      "",
      "Runs that are under way are stopped. A verdict that is already stored is kept.",
      "The order goes over the broker or, with --server, to the coordinator's pages, which need a",
      "token of the role act or admin (assay token).",
      "Exit code: 0 done, 1 not done (and why), 2 wrong input, 3 no coordinator there.",
      "",
      "Examples:  assay cancel bottle 4f1c0a",
      "           assay cancel --server https://ci.example.org --token-file ~/.assay-token bottle 4f1c0a"
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
