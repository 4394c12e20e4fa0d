package ci.assay.broker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait between attempts: exponential backoff with jitter.
 *
 * @param first the wait before the second attempt
 * @param longest the upper limit of every wait
 */
public record Backoff(Duration first, Duration longest) {

  /** For connections: 0.1 s to 5 s, so that we reconnect soon after the broker is back. */
  static final Backoff CONNECTION = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * The wait after {@code failures} failed attempts in a row, 1 or more: half of it is fixed, up to
   * half is random.
   */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    long full = Math.min(first.toMillis() << doublings, longest.toMillis());
    return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
