package ci.assay.broker;

import ci.assay.common.Backoff;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Paces a loop that retries forever: the pauses grow with each failed attempt in a row. For use by
 * one thread, except {@link #worked}, which any thread may call.
 */
public final class RetryPacer {

  /** For connections: 0.1 s to 5 s, so that we reconnect soon after the broker is back. */
  static final Backoff CONNECTION = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** An attempt that lasted this long counts as a success, whatever ended it. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final Backoff backoff;
  private final AtomicInteger failures = new AtomicInteger();
  private long began;

  public RetryPacer(Backoff backoff) {
    this.backoff = backoff;
  }

  /** An attempt begins. */
  public void begin() {
    began = System.nanoTime();
  }

  /** The attempt succeeded: the next pause is a short one. */
  public void worked() {
    failures.set(0);
  }

  /** Waits before the next attempt. */
  public void pause() throws InterruptedException {
    if (System.nanoTime() - began >= STEADY.toNanos()) {
      failures.set(0);
    }
    TimeUnit.MILLISECONDS.sleep(backoff.after(failures.incrementAndGet()).toMillis());
  }
}
