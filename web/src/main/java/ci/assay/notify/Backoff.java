package ci.assay.notify;

import ci.assay.notify.receiver.DeliveryResult;
import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait before the next try; the wait doubles with each failure.
 *
 * @param initial the wait after the first failure
 * @param max the longest wait, unless the receiver asks for a longer one
 * @param whenStopped the shortest wait while a person has to change something
 */
record Backoff(Duration initial, Duration max, Duration whenStopped) {

  static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(15));

  /**
   * The wait after a try that failed.
   *
   * @param failures the number of failures in a row, including this one
   */
  Duration after(DeliveryResult result, int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 20);
    Duration wait = shorter(initial.multipliedBy(1L << doublings), max);
    if (result instanceof DeliveryResult.Stopped) {
      return longer(wait, whenStopped);
    }
    return result instanceof DeliveryResult.RetryLater later && later.pause() != null
        ? longer(wait, Objects.requireNonNull(later.pause()))
        : wait;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
