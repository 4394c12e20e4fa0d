package ci.assay.worker;

import ci.assay.model.Job;
import ci.assay.model.Result;

/** Is told what a worker does, on the thread that does it: called often, so return at once. */
public interface RunListener {

  /** A run begins. */
  void runStarted(Job job, String run);

  /** A run has a result; it is about to be published. */
  void runFinished(Result result);

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
