package ci.assay.cli.command;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.option.CommitArguments;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.failure.Failure;
import ci.assay.failure.FailureFinder;
import ci.assay.failure.FailureText;
import ci.assay.failure.FileHistory;
import ci.assay.wire.Codec;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay why}. */
@Command(
    name = "why",
    description = {"Says why a commit failed, in less than 4 kB, the most important first.", ""},
    footer = {
      "",
      "Shows which tests fail newly and which failed before. If no test is known to fail, it shows",
      "lines of the log that no passing run had. With --server it also marks flaky tests.",
      "",
      "Exit code: 0 it says why, 1 there is nothing to explain, 2 wrong usage, 3 could not run.",
      "",
      "Examples:  assay why bottle 4f1c0a",
      "           assay why --server http://ci.example.org:8010 bottle 4f1c0a",
      "           assay why --json bottle 4f1c0a | jq -r .repeat"
    })
public final class WhyCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin CommitArguments about = new CommitArguments();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints it as JSON on one line.")
  boolean json;

  public WhyCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    Failure failure =
        server.isMeant()
            ? server.client().failure(about.repository(), about.commit())
            : find(results.reader());
    PrintStream out = context.terminal().out();
    if (json) {
      out.println(Codec.line(failure));
    } else {
      FailureText.lines(failure).forEach(line -> out.println(PlainText.line(line)));
    }
    return failure.variants().isEmpty() ? ExitCode.NOT_DONE : ExitCode.OK;
  }

  private Failure find(ResultReader reader) {
    return new FailureFinder(reader, new FileHistory(reader))
        .of(about.repository(), reader.resolve(about.repository(), about.commit()));
  }
}
