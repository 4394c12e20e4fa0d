package ci.assay.worker.command;

import java.io.IOException;

/** This worker lacks what a run needs; another one may have it. */
public final class UnfitWorkerException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String mend;

  /**
   * @param why one line for people
   * @param mend what to do so that this worker could run it
   */
  public UnfitWorkerException(String why, String mend) {
    super(why);
    this.mend = mend;
  }

  /** What to do so that this worker could run it. */
  public String mend() {
    return mend;
  }
}
