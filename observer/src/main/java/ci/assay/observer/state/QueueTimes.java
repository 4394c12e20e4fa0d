package ci.assay.observer.state;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The {@code queuedAt} times of commits: the current time, but at least a millisecond after the
 * last one, so that the times keep the order of the commits. For use by one thread.
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
