package ci.assay.broker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Paces a loop that tries again for ever: the pauses grow with each try in a row that came to
 * nothing. Used by one thread; {@link #worked} alone by any.
 */
public final class RetryPacer {

  /** What lasted this long had worked, whatever ended it. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final Backoff backoff;
  private final AtomicInteger failures = new AtomicInteger();
  private long began;

  public RetryPacer(Backoff backoff) {
    this.backoff = backoff;
  }

  /** A try begins. */
  public void begin() {
    began = System.nanoTime();
  }

  /** The try came to something: the next pause is a short one. */
  public void worked() {
    failures.set(0);
  }

  /** Waits before the next try. */
  public void pause() throws InterruptedException {
    if (System.nanoTime() - began >= STEADY.toNanos()) {
      failures.set(0);
    }
    TimeUnit.MILLISECONDS.sleep(backoff.after(failures.incrementAndGet()).toMillis());
  }
}
