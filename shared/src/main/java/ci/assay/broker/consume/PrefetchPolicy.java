package ci.assay.broker.consume;

import java.time.Duration;

/**
 * Whether a loop may have a delivery at hand beside the one it handles. What waits there, another
 * consumer could have: so only while each takes a moment. Safe for use by many threads.
 */
final class PrefetchPolicy {

  /**
   * A delivery that waits longer for its turn goes back to the queue. Longer than it takes to find
   * out who runs a redelivered job: else each that went back would make the one behind it go back.
   */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration SHORT = Duration.ofMillis(250);

  /** So many short ones in a row, and the next are expected to be short too. */
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

  /** One had to wait too long. */
  synchronized void stop() {
    shortOnes = 0;
  }
}
