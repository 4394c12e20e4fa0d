package ci.assay.notify;

import ci.assay.common.Backoff;
import ci.assay.notify.receiver.DeliveryResult;
import java.time.Duration;

/**
 * How long a queue waits before the next try.
 *
 * @param tries the waits, used without jitter: one sender retries in order
 * @param whenStopped the shortest wait while a person has to change something
 */
record RetryPolicy(Backoff tries, Duration whenStopped) {

  static final RetryPolicy DEFAULT =
      new RetryPolicy(
          new Backoff(Duration.ofSeconds(5), Duration.ofHours(1)), Duration.ofMinutes(15));

  /**
   * The wait after a try that failed; longer than {@link #tries} if the receiver asks for it.
   *
   * @param failures the number of failures in a row, including this one
   */
  Duration after(DeliveryResult result, int failures) {
    Duration wait = tries.full(failures);
    if (result instanceof DeliveryResult.Stopped) {
      return longer(wait, whenStopped);
    }
    Duration pause = result instanceof DeliveryResult.RetryLater later ? later.pause() : null;
    return pause == null ? wait : longer(wait, pause);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
