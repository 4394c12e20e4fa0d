package ci.assay.systemtest.chaos;

import ci.assay.model.CommitId;

/**
 * A commit that was pushed.
 *
 * @param number counted from 0
 * @param at when, in nanoseconds of the monotonic clock
 */
record Pushed(CommitId commit, int number, KnownTruth truth, long at) {
  @Override
  public String toString() {
    return "commit %s, number %d, %s".formatted(commit, number, truth);
  }
}
