package ci.assay.cli.process;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A request that the command ends. Thread-safe. */
public final class StopSignal {

  private static final int MOST_CAUSES = 20;
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable Thread> starting = new AtomicReference<>();
  private boolean isOfProcess;

  /** Lets SIGINT and SIGTERM request the end. A second signal ends the process at once. */
  StopSignal onSignals() {
    Signals.onStop(this::ask);
    isOfProcess = true;
    return this;
  }

  /** Does something else at each SIGHUP than to end, if this object handles signals at all. */
  void onHangup(Runnable action) {
    if (isOfProcess) {
      Signals.onHangup(action);
    }
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

  /** Starts something, which may have to wait for a long time, for example for a broker. */
  @FunctionalInterface
  public interface Starting {
    void start() throws Exception;
  }

  /**
   * Starts something on the calling thread; false when the end was requested before it had started.
   */
  public boolean start(Starting what) throws Exception {
    starting.set(Thread.currentThread());
    try {
      if (!isAsked()) {
        what.start();
      }
    } catch (Exception e) {
      if (!isOfInterrupt(e)) {
        throw e;
      }
      ask();
    }
    if (starting.getAndSet(null) == null) {
      Thread.interrupted(); // the interrupt was meant for the start, which is over
    }
    return !isAsked();
  }

  /**
   * Whether it comes from an interrupt: one that meets a thread which reads or writes a file closes
   * that file, and is reported as trouble with it.
   */
  private static boolean isOfInterrupt(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(MOST_CAUSES)
        .anyMatch(
            each ->
                each instanceof InterruptedException || each instanceof ClosedByInterruptException);
  }

  /** Waits until the end is requested. An interrupt counts as a request. */
  public void await() {
    await(FOREVER);
  }

  /** Waits until the end is requested or the limit is reached; true when it was requested. */
  boolean await(Duration limit) {
    try {
      return asked.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      ask();
      return true;
    }
  }
}
