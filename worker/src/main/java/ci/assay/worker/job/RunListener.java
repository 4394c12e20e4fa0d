package ci.assay.worker.job;

import ci.assay.model.Job;
import ci.assay.model.Result;

/** Is told what a worker does, on the thread that does it: called often, so return at once. */
public interface RunListener {

  /** A run begins. */
  void runStarted(Job job, String run);

  /** A run has a result; it is about to be published. */
  void runFinished(Result result);

  /**
   * A job was delivered that somebody was given before, this worker perhaps. Said at each such
   * delivery, of which not all are run.
   */
  default void jobRedelivered(Job job) {}

  /** Nobody listens. */
  static RunListener none() {
    return new RunListener() {
      @Override
      public void runStarted(Job job, String run) {}

      @Override
      public void runFinished(Result result) {}
    };
  }
}
