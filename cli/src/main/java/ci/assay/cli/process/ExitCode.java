package ci.assay.cli.process;

/** What a command ends with; each command's {@code --help} names those that it uses. */
public final class ExitCode {

  public static final int OK = 0;

  /** {@code run}: some commit did not pass. */
  public static final int NOT_PASSED = 1;

  /**
   * {@code cancel}, {@code rerun}: nothing was done; {@code audit}: there are gaps; {@code why}:
   * nothing failed.
   */
  public static final int NOT_DONE = 1;

  /** What was typed or configured is wrong. */
  public static final int INVALID_INPUT = 2;

  /** What is needed around us is not there. */
  public static final int CANNOT_RUN = 3;

  /** Ended by Ctrl-C before it was done, as shells say it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
