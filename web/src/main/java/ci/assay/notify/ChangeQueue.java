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
 * The commits whose stored data changed, in memory and bounded. An entry is only a hint to read
 * that commit's files again, so adding one never blocks the coordinator. When the queue overflows,
 * a scan of the files is requested instead. Safe for use by many threads.
 */
final class ChangeQueue implements VerdictListener {

  private static final int CAPACITY = 10_000;

  private final Set<Commit> queued = new LinkedHashSet<>();
  private boolean needsScan = true;

  /** A commit whose stored data changed. */
  record Commit(String repository, CommitId id) {}

  @Override
  public void jobStored(Job job) {
    changed(new Commit(job.repository().name(), job.commit()));
  }

  /** Nothing to do: the verdict that follows is reported, too. */
  @Override
  public void resultStored(Result result) {}

  @Override
  public void verdictStored(Verdict verdict) {
    changed(new Commit(verdict.repository(), verdict.commit()));
  }

  private synchronized void changed(Commit commit) {
    if (queued.size() < CAPACITY) {
      queued.add(commit);
    } else {
      needsScan = true;
    }
    notifyAll();
  }

  /** Requests a scan of the files: changes may have been missed. Drops what is queued. */
  synchronized void requestScan() {
    queued.clear();
    needsScan = true;
  }

  /** Whether a scan of the files is requested; clears the request. */
  synchronized boolean takeScanRequest() {
    boolean was = needsScan;
    needsScan = false;
    return was;
  }

  /**
   * Removes and returns the oldest commits, at most {@code most}. If there are none, waits for one;
   * returns an empty list after {@code limit}, or when a scan is requested.
   */
  synchronized List<Commit> take(int most, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (queued.isEmpty() && !needsScan) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    List<Commit> taken = new ArrayList<>();
    Iterator<Commit> each = queued.iterator();
    while (each.hasNext() && taken.size() < most) {
      taken.add(each.next());
      each.remove();
    }
    return taken;
  }

  /** Whether no commit is queued and no scan is requested. */
  synchronized boolean isEmpty() {
    return queued.isEmpty() && !needsScan;
  }
}
