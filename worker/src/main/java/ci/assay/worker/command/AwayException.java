package ci.assay.worker.command;

import java.io.IOException;

/**
 * A service outside the worker that a run needs, such as a container engine or an image registry,
 * does not answer now. That says nothing about the commit, and does not count as an attempt.
 */
public final class AwayException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean isForAll;

  /**
   * @param why one line for people
   * @param isForAll whether every run of this worker needs the service
   */
  public AwayException(String why, boolean isForAll) {
    super(why);
    this.isForAll = isForAll;
  }

  /** Whether every run of this worker needs the service. */
  public boolean isForAll() {
    return isForAll;
  }
}
