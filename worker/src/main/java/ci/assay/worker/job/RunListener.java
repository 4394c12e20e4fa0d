package ci.assay.worker.job;

import ci.assay.model.Job;
import ci.assay.model.Result;

/** Listens to what a worker does. Called often, on the slot's thread, so it must return at once. */
public interface RunListener {

  /** A run begins. */
  void runStarted(Job job, String run);

  /** A run has a result, which is about to be published. */
  void runFinished(Result result);

  /**
   * A job was delivered that had been delivered before, to this worker or another. Called for each
   * such delivery, even if no run follows.
   */
  default void jobRedelivered(Job job) {}

  /** A listener that does nothing. */
  static RunListener none() {
    return new RunListener() {
      @Override
      public void runStarted(Job job, String run) {}

      @Override
      public void runFinished(Result result) {}
    };
  }
}
