package ci.assay.broker.consume;

import java.time.Duration;

/**
 * Whether a loop may prefetch a delivery besides the one it handles. Another consumer could handle
 * the prefetched one, so this is allowed only while each is handled quickly. Safe for use by many
 * threads.
 */
final class PrefetchPolicy {

  /**
   * A prefetched delivery that waits longer for its turn goes back to the queue. This must be
   * longer than it takes to find out who runs a redelivered job: otherwise each delivery that went
   * back would make the next one go back, too.
   */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration SHORT = Duration.ofMillis(250);

  /** After this many short ones in a row, the next are expected to be short, too. */
  private static final int PROOF = 3;

  private final boolean isAllowed;
  private int shortOnes;

  PrefetchPolicy(boolean isAllowed) {
    this.isAllowed = isAllowed;
  }

  synchronized boolean isOn() {
    return isAllowed && shortOnes >= PROOF;
  }

  synchronized void handledIn(Duration time) {
    shortOnes = time.compareTo(SHORT) < 0 ? Math.min(shortOnes + 1, PROOF) : 0;
  }

  /** A prefetched delivery had to wait too long. */
  synchronized void stop() {
    shortOnes = 0;
  }
}
