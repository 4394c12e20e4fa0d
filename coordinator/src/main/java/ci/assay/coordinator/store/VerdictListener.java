package ci.assay.coordinator.store;

import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;

/**
 * Is told of what was stored, once it can be read by others. Called by the threads that store,
 * several at once, so an implementation must return quickly and be safe for use by many threads.
 * What it throws is logged and has no other effect.
 */
public interface VerdictListener {

  /**
   * A job has arrived, and is owed a result unless it has one. May be called more than once for a
   * job.
   */
  default void jobStored(Job job) {}

  /**
   * A job has its result now. Called once per job; not at all when the process dies just before the
   * call.
   */
  void resultStored(Result result);

  /** A commit has its verdict now, or a changed one, for example after a rerun. */
  void verdictStored(Verdict verdict);

  /** A new list of where a repository's refs point was stored. */
  default void tipsStored(RefTips tips) {}

  /** A listener that does nothing. */
  static VerdictListener none() {
    return new VerdictListener() {
      @Override
      public void resultStored(Result result) {}

      @Override
      public void verdictStored(Verdict verdict) {}
    };
  }
}
