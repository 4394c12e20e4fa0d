package ci.assay.common;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait between attempts: exponential backoff with jitter.
 *
 * @param first the wait before the second attempt
 * @param longest the upper limit of every wait
 */
public record Backoff(Duration first, Duration longest) {

  /** The longest wait after {@code failures} failed attempts in a row, 1 or more. */
  public Duration full(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    return Duration.ofMillis(Math.min(first.toMillis() << doublings, longest.toMillis()));
  }

  /**
   * The wait after {@code failures} failed attempts in a row, 1 or more: half of {@link #full} is
   * fixed, up to half is random.
   */
  public Duration after(int failures) {
    long full = full(failures).toMillis();
    return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
