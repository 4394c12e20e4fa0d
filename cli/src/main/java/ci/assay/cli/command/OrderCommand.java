package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.system.OrderSender;
import ci.assay.cli.value.HostName;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.model.CommitId;
import ci.assay.web.api.ApiClient;
import ci.assay.web.api.ApiModels;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The common part of {@code cancel} and {@code rerun}: a commit, and a coordinator that is reached
 * over the broker or at its address.
 */
final class OrderCommand {

  private final CommandContext context;

  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Parameters(index = "0", paramLabel = "REPOSITORY", description = "Its name.")
  String repository = "";

  @Parameters(
      index = "1",
      paramLabel = "COMMIT",
      description =
          "Its id; the beginning is enough with --server, and where the result files are.")
  String commit = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VARIANT",
      description = "Which of its variants (default: all).")
  @Nullable String variant;

  OrderCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  /** Gives the order and prints the reply; returns the exit code. */
  int give(Order.Kind kind) throws InterruptedException {
    Names.require("repository name", repository);
    return server.isMeantToAct() ? askServer(kind) : askOverBroker(kind);
  }

  private int askServer(Order.Kind kind) throws InterruptedException {
    String digits = digits();
    ApiClient client = server.client();
    CommitId id =
        new CommitId(
            CommitId.isFull(digits) ? digits : client.commit(repository, digits).commit().commit());
    ApiModels.Receipt receipt = client.give(kind, repository, id, variant);
    return tell(receipt.done(), receipt.lines());
  }

  private int askOverBroker(Order.Kind kind) throws InterruptedException {
    BrokerAddress address = broker.address();
    Order order = new Order(kind, repository, commitId(), variant, who());
    String command = "assay " + kind.name().toLowerCase(Locale.ROOT);
    OrderReply receipt = new OrderSender(address, command).give(order);
    return tell(receipt.done(), receipt.lines());
  }

  private int tell(boolean isDone, List<String> lines) {
    PrintStream out = context.terminal().out();
    lines.stream().map(PlainText::line).forEach(out::println);
    return isDone ? ExitCode.OK : ExitCode.NOT_DONE;
  }

  private CommitId commitId() {
    String digits = digits();
    if (CommitId.isFull(digits)) {
      return new CommitId(digits);
    }
    if (!Files.isDirectory(results.folder())) {
      throw new InvalidInputException(
          ("commit '%s' is abbreviated and there is no results folder '%s' to look it up in;"
                  + " give the whole id, the coordinator's folder with --results DIR, or its pages"
                  + " with --server URL")
              .formatted(commit, results.folder()));
    }
    return results.reader().resolve(repository, commit);
  }

  private String digits() {
    String digits = commit.toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{1,64}")) {
      throw new InvalidInputException("'" + commit + "' is not a commit id");
    }
    return digits;
  }

  private String who() {
    String user = context.environment().getOrDefault("USER", System.getProperty("user.name"));
    return user + "@" + HostName.get();
  }
}
