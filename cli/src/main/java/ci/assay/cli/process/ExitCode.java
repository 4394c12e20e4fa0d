package ci.assay.cli.process;

/** Exit codes. The {@code --help} of each command names those that it uses. */
public final class ExitCode {

  public static final int OK = 0;

  /** {@code run}: some commit did not pass. */
  public static final int NOT_PASSED = 1;

  /**
   * {@code cancel}, {@code rerun}: nothing was done; {@code audit}: there are gaps; {@code why}:
   * nothing failed.
   */
  public static final int NOT_DONE = 1;

  /** The command line or the configuration is wrong. */
  public static final int INVALID_INPUT = 2;

  /** Something that the command needs is missing, such as the broker. */
  public static final int CANNOT_RUN = 3;

  /** Ended by Ctrl-C before it was done; the same code as from shells. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
