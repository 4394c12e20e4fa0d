package ci.assay.web.limit;

import java.util.HashMap;
import java.util.Map;

/** A quota for all clients together, and for each of them. Thread-safe. */
final class Quota {

  private final int most;
  private final int mostOfOne;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  Quota(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** How many a client has taken. */
  synchronized int taken(String whose) {
    return taken.getOrDefault(whose, 0);
  }

  /** Takes one; false when none is left. */
  synchronized boolean take(String whose) {
    int own = taken.getOrDefault(whose, 0);
    if (all >= most || own >= mostOfOne) {
      return false;
    }
    all++;
    taken.put(whose, own + 1);
    return true;
  }

  /** Gives back one that was taken. */
  synchronized void giveBack(String whose) {
    all--;
    taken.computeIfPresent(whose, (unused, own) -> own == 1 ? null : own - 1);
  }
}
