package ci.assay.worker.job;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Times a run. The clock is read only at its beginning; after that only elapsed time is added. */
final class RunTimer {

  private final Instant started;
  private final long startedNanos;
  private final Map<String, Long> phases = new LinkedHashMap<>();
  private long lapNanos;

  RunTimer(InstantSource clock) {
    this.started = clock.instant();
    this.startedNanos = System.nanoTime();
    this.lapNanos = startedNanos;
  }

  /** Ends a phase, which began where the last one ended. */
  void lap(String phase) {
    long now = System.nanoTime();
    phases.put(phase, TimeUnit.NANOSECONDS.toMillis(now - lapNanos));
    lapNanos = now;
  }

  Instant started() {
    return started;
  }

  Instant now() {
    return started.plusNanos(System.nanoTime() - startedNanos);
  }

  Map<String, Long> phases() {
    return phases;
  }
}
