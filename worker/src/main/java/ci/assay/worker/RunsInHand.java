package ci.assay.worker;

import ci.assay.model.Presence;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The runs that are under way in this worker. Safe for use by many threads. */
final class RunsInHand {

  private record Entry(Presence.Underway underway, Thread thread) {}

  private final InstantSource clock;
  private final Map<String, Entry> runs = new HashMap<>();

  RunsInHand(InstantSource clock) {
    this.clock = clock;
  }

  /** A run begins on this thread. */
  synchronized void begin(Run run) {
    Presence.Underway underway = new Presence.Underway(run.job().id(), run.id(), clock.instant());
    runs.put(run.id(), new Entry(underway, Thread.currentThread()));
  }

  /** A run came to its end, whatever that was. */
  synchronized void end(Run run) {
    runs.remove(run.id());
    notifyAll();
  }

  /** All of them, in the order of their starts. */
  synchronized List<Presence.Underway> all() {
    return runs.values().stream()
        .map(Entry::underway)
        .sorted(
            Comparator.comparing(Presence.Underway::startedAt)
                .thenComparing(Presence.Underway::run))
        .toList();
  }

  /** Ends all of them, without a result. */
  synchronized void interruptAll() {
    runs.values().forEach(each -> each.thread().interrupt());
  }

  /** Waits until there is none, or the time is up. */
  synchronized void awaitNone(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (!runs.isEmpty() && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }
}
