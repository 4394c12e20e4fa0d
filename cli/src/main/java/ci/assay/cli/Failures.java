package ci.assay.cli;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Terminal;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.AssayException;
import ci.assay.common.InvalidInputException;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reports errors, one line each; a stack trace only with {@code ASSAY_DEBUG}. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private final Terminal terminal;
  private final boolean debugs;

  Failures(CommandContext context) {
    this.terminal = context.terminal();
    this.debugs = context.debugs();
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    String help = failure.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    say(UsageErrors.inWords(failure) + " (see " + help + ")");
    trace(failure);
    return ExitCode.INVALID_INPUT;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    trace(failure);
    if (failure instanceof AssayException) {
      String.valueOf(failure.getMessage()).lines().forEach(this::say);
      return failure instanceof InvalidInputException
          ? ExitCode.INVALID_INPUT
          : ExitCode.CANNOT_RUN;
    }
    if (failure instanceof InterruptedException) {
      return ExitCode.INTERRUPTED;
    }
    say("internal error: " + failure + (debugs ? "" : "; with ASSAY_DEBUG=1 it shows where"));
    return ExitCode.CANNOT_RUN;
  }

  /** Prints one line to standard error, after the program's name. */
  void say(String line) {
    PrintStream err = terminal.err();
    err.println(terminal.errStyle().bad("assay:") + " " + PlainText.lines(line));
  }

  private void trace(Exception failure) {
    if (debugs) {
      failure.printStackTrace(terminal.err());
    }
  }
}
