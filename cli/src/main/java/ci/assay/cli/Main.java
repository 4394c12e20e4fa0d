package ci.assay.cli;

import ci.assay.cli.process.CommandContext;
import ci.assay.common.ProcessEnvironment;

/** The entry point of the process. */
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    String[] typed = ProcessEnvironment.get().arguments(arguments);
    System.exit(Assay.run(CommandContext.ofProcess(), typed));
  }
}
