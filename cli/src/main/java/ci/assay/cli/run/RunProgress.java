package ci.assay.cli.run;

import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.worker.job.RunListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Follows the runs of a known number of commits. Thread-safe. */
public final class RunProgress implements RunListener, VerdictListener {

  private final int total;
  private final Consumer<Verdict> onVerdict;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<CommitId, Verdict> verdicts = new LinkedHashMap<>();

  /**
   * A run that has begun.
   *
   * @param sinceNanos when, by {@link System#nanoTime}
   */
  public record Running(CommitId commit, long sinceNanos) {}

  /**
   * @param total how many commits get a verdict
   * @param onVerdict receives each commit's verdict once, on the thread that stored it
   */
  public RunProgress(int total, Consumer<Verdict> onVerdict) {
    this.total = total;
    this.onVerdict = onVerdict;
  }

  @Override
  public void runStarted(Job job, String run) {
    lock.lock();
    try {
      running.put(run, new Running(job.commit(), System.nanoTime()));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void runFinished(Result result) {
    lock.lock();
    try {
      running.remove(result.run());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void resultStored(Result result) {}

  @Override
  public void verdictStored(Verdict verdict) {
    boolean isNew;
    lock.lock();
    try {
      isNew = verdicts.put(verdict.commit(), verdict) == null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (isNew) {
      onVerdict.accept(verdict);
    }
  }

  /** The verdicts so far, by commit. */
  public Map<CommitId, Verdict> verdicts() {
    lock.lock();
    try {
      return Map.copyOf(verdicts);
    } finally {
      lock.unlock();
    }
  }

  /** Waits up to a limit; returns whether every commit has its verdict. */
  public boolean await(Duration limit) throws InterruptedException {
    return await(total, limit);
  }

  /** Waits up to a limit; returns whether this many commits have their verdicts. */
  public boolean await(int count, Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (verdicts.size() < count && left > 0) {
        left = changed.awaitNanos(left);
      }
      return verdicts.size() >= count;
    } finally {
      lock.unlock();
    }
  }

  /** The runs that are under way, the longest running first. */
  public List<Running> running() {
    lock.lock();
    try {
      return List.copyOf(running.values());
    } finally {
      lock.unlock();
    }
  }

  /** How many commits there are. */
  public int total() {
    return total;
  }
}
