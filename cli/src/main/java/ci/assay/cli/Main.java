package ci.assay.cli;

import ci.assay.cli.process.CommandContext;

/** The process. */
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(Assay.run(CommandContext.ofProcess(), arguments));
  }
}
