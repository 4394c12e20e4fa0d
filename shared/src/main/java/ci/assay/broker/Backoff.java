package ci.assay.broker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait between tries: exponential with jitter.
 *
 * @param first before the second try
 * @param longest never more than this
 */
public record Backoff(Duration first, Duration longest) {

  /** For connections: 0.1 s to 5 s, so that a broker that is back is found soon. */
  static final Backoff CONNECTION = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** The wait after {@code failures} tries in a row failed (1 and up): half fixed, half chance. */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    long full = Math.min(first.toMillis() << doublings, longest.toMillis());
    return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
