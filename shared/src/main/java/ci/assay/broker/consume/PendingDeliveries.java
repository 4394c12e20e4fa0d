package ci.assay.broker.consume;

import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The deliveries of a loop that are being handled or wait for a handler, numbered in the order in
 * which they came. Safe for use by many threads.
 */
final class PendingDeliveries {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final TreeSet<Long> numbers = new TreeSet<>();
  private long last;
  private boolean isClosed;

  /**
   * Takes one more.
   *
   * @param most how many there may be
   * @return its number; empty when there are so many, and for ever once this is closed
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

  /** From now on none is added. */
  void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is none; returns whether there is none. */
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

  /** Waits until none is left that came before this one. */
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
