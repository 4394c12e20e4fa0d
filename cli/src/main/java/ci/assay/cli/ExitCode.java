package ci.assay.cli;

/** What a command ends with; each command's {@code --help} names those that it uses. */
final class ExitCode {

  static final int OK = 0;

  /** {@code run}: some commit did not pass. */
  static final int NOT_PASSED = 1;

  /** {@code cancel}, {@code rerun}: nothing was done; {@code audit}: there are gaps. */
  static final int NOT_DONE = 1;

  /** What was typed or configured is wrong. */
  static final int INVALID_INPUT = 2;

  /** What is needed around us is not there. */
  static final int CANNOT_RUN = 3;

  /** Ended by Ctrl-C before it was done, as shells say it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
