package ci.assay.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Somebody's wish that the command ends. Safe for use by many threads. */
public final class StopSignal {

  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable Thread> starting = new AtomicReference<>();

  /** From now on SIGINT and SIGTERM ask for it, and a second one ends the process at once. */
  StopSignal onSignals() {
    Signals.onStop(this::ask);
    return this;
  }

  public void ask() {
    asked.countDown();
    Thread thread = starting.getAndSet(null);
    if (thread != null) {
      thread.interrupt();
    }
  }

  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** What may wait for long before it begins: for a broker, say. */
  @FunctionalInterface
  public interface Starting {
    void start() throws Exception;
  }

  /** Starts something on this thread; false when the request came before it had started. */
  public boolean start(Starting what) throws Exception {
    starting.set(Thread.currentThread());
    try {
      if (!isAsked()) {
        what.start();
      }
    } catch (InterruptedException e) {
      ask();
    }
    if (starting.getAndSet(null) == null) {
      Thread.interrupted(); // it was for the start, which is over
    }
    return !isAsked();
  }

  /** Waits until it is asked for; an interrupt counts as asking. */
  public void await() {
    await(FOREVER);
  }

  /** Waits until it is asked for or the time is over; true when it was asked for. */
  boolean await(Duration limit) {
    try {
      return asked.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      ask();
      return true;
    }
  }
}
