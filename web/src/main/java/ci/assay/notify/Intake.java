package ci.assay.notify;

import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which commits something was stored of, in memory: only a hint where to look, so that whoever
 * stores is never delayed. What is too much is forgotten, and found again in the files. Safe for
 * use by many threads.
 */
final class Intake implements VerdictListener {

  private static final int MOST_WAITING = 10_000;

  private final Set<Commit> waiting = new LinkedHashSet<>();
  private boolean isToCatchUp = true;

  /** A commit of which something was stored. */
  record Commit(String repository, CommitId id) {}

  @Override
  public void jobStored(Job job) {
    changed(new Commit(job.repository().name(), job.commit()));
  }

  /** A verdict that follows is said, too. */
  @Override
  public void resultStored(Result result) {}

  @Override
  public void verdictStored(Verdict verdict) {
    changed(new Commit(verdict.repository(), verdict.commit()));
  }

  private synchronized void changed(Commit commit) {
    if (waiting.size() < MOST_WAITING) {
      waiting.add(commit);
    } else {
      isToCatchUp = true;
    }
    notifyAll();
  }

  /** The files are to be looked through: something may have been stored that nobody said. */
  synchronized void lose() {
    waiting.clear();
    isToCatchUp = true;
  }

  /** Whether they are, once. */
  synchronized boolean takeCatchUp() {
    boolean was = isToCatchUp;
    isToCatchUp = false;
    return was;
  }

  /** Some that wait, in their order; waits for one if there is none. */
  synchronized List<Commit> take(int most, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (waiting.isEmpty() && !isToCatchUp) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    List<Commit> taken = new ArrayList<>();
    Iterator<Commit> each = waiting.iterator();
    while (each.hasNext() && taken.size() < most) {
      taken.add(each.next());
      each.remove();
    }
    return taken;
  }

  /** Whether none waits. */
  synchronized boolean isEmpty() {
    return waiting.isEmpty() && !isToCatchUp;
  }
}
