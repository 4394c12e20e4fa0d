package ci.assay.coordinator.store;

import ci.assay.model.JobId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks by commit: one thread at a time works on a commit, while others work on other commits.
 * Commits whose hashes collide share a lock, which costs only some waiting.
 */
final class CommitLocks {

  private final Stripe[] stripes = new Stripe[256];

  CommitLocks() {
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** Waits for the lock of the commit that a job belongs to. Use with try-with-resources. */
  Stripe lock(JobId id) {
    int hash = id.repository().hashCode() * 31 + id.commit().hashCode();
    Stripe stripe = stripes[Math.floorMod(hash ^ (hash >>> 16), stripes.length)];
    stripe.lock.lock();
    return stripe;
  }

  static final class Stripe implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** A condition to wait for. */
    @FunctionalInterface
    interface Check {
      boolean holds() throws IOException;
    }

    /**
     * Waits until a condition holds, and releases the lock meanwhile; checks it again after each
     * {@link #changed}.
     *
     * @return whether the condition held within {@code limit}
     */
    boolean await(Check check, Duration limit) throws IOException, InterruptedException {
      long nanos = limit.toNanos();
      while (!check.holds()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    }

    void changed() {
      changed.signalAll();
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }
}
