package ci.assay.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Somebody's wish that the command ends. Safe for use by many threads. */
final class StopRequest {

  private final CountDownLatch asked = new CountDownLatch(1);

  /** From now on SIGINT and SIGTERM ask for it, and a second one ends the process at once. */
  StopRequest onSignals() {
    Signals.onStop(this::ask);
    return this;
  }

  void ask() {
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Waits until it is asked for; an interrupt counts as asking. */
  void await() {
    await(Duration.ofDays(36_500));
  }

  /** Waits until it is asked for or the time is over; true when it was asked for. */
  boolean await(Duration limit) {
    try {
      return asked.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      ask();
      return true;
    }
  }
}
