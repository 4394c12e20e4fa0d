package ci.assay.broker.consume;

import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The deliveries of a loop that are being handled or wait for a handler, numbered in the order of
 * their arrival. Safe for use by many threads.
 */
final class PendingDeliveries {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final TreeSet<Long> numbers = new TreeSet<>();
  private long last;
  private boolean isClosed;

  /**
   * Adds a delivery.
   *
   * @param most the highest number of pending deliveries
   * @return its number; empty when {@code most} are pending, or after {@link #close}
   */
  OptionalLong add(int most) {
    lock.lock();
    try {
      if (isClosed || numbers.size() >= most) {
        return OptionalLong.empty();
      }
      numbers.add(++last);
      return OptionalLong.of(last);
    } finally {
      lock.unlock();
    }
  }

  void remove(long number) {
    lock.lock();
    try {
      numbers.remove(number);
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return numbers.size();
    } finally {
      lock.unlock();
    }
  }

  /** From now on {@link #add} adds nothing. */
  void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no delivery is pending; returns false on a timeout. */
  boolean awaitNone(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      while (!numbers.isEmpty() && left > 0) {
        left = fewer.awaitNanos(left);
      }
      return numbers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no delivery with a lower number is pending. */
  void awaitTurnOf(long number) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!numbers.headSet(number).isEmpty()) {
        fewer.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
