package ci.assay.worker.command;

import java.io.IOException;

/**
 * Something outside of the worker that runs need, as a container engine or a registry of images,
 * does not answer now. It says nothing about the commit and costs it no attempt.
 */
public final class AwayException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean isForAll;

  /**
   * @param why one line for people
   * @param isForAll whether no run of this worker can do without it
   */
  public AwayException(String why, boolean isForAll) {
    super(why);
    this.isForAll = isForAll;
  }

  /** Whether no run of this worker can do without it. */
  public boolean isForAll() {
    return isForAll;
  }
}
