package ci.assay.observer.state;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When commits are queued: now, and each a millisecond after the one before at least, so that the
 * order of a push can be told from the times. For use by one thread.
 */
public final class QueueTimes {

  private final Clock clock;
  private Instant last = Instant.EPOCH;

  public QueueTimes(Clock clock) {
    this.clock = clock;
  }

  public Instant next() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    last = now.isAfter(last) ? now : last.plusMillis(1);
    return last;
  }
}
