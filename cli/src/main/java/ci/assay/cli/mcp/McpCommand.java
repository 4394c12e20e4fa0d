package ci.assay.cli.mcp;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assay mcp}. */
@Command(
    name = "mcp",
    description = {
      "Serves verdicts, logs and tests to a program that speaks the Model Context Protocol.",
      ""
    },
    footer = {
      "",
      "Reads requests from standard input and answers on standard output, until the input ends. Asks",
      "the coordinator that serves pages at --server. Every answer has at most 16 KiB. Without a",
      "token it only reads; with one of the role act or admin it can also run commits again.",
      "",
      "Exit code: 0 the input ended, 2 wrong usage.",
      "",
      "Example for a client's settings:",
      "  {\"mcpServers\": {\"assay\": {\"command\": \"assay\",",
      "    \"args\": [\"mcp\", \"--server\", \"https://ci.example.org\"]}}}"
    })
public final class McpCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ServerOption server = new ServerOption();

  public McpCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Tools tools = new Tools(server.client(), server.hasToken());
    StdioServer.serve(tools.all(), context.in(), context.terminal().out());
    return ExitCode.OK;
  }
}
