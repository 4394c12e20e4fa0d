package ci.assay.coordinator.store;

import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;

/**
 * Is told what was stored, when it is there for everybody to read. Called by the threads that
 * store, several at once, so an implementation is quick and safe for use by many threads; what it
 * throws is logged and changes nothing.
 */
public interface VerdictListener {

  /** A job has arrived, and is owed a result unless it has one. Perhaps said more than once. */
  default void jobStored(Job job) {}

  /** A job has its result now. Once per job, unless this process died before it could say so. */
  void resultStored(Result result);

  /** A commit has its verdict now, or, after a rerun, another one. */
  void verdictStored(Verdict verdict);

  /** A repository's refs point elsewhere now. */
  default void tipsStored(RefTips tips) {}

  /** Listens to nothing. */
  static VerdictListener none() {
    return new VerdictListener() {
      @Override
      public void resultStored(Result result) {}

      @Override
      public void verdictStored(Verdict verdict) {}
    };
  }
}
