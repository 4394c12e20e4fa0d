package ci.assay.worker.job;

import ci.assay.message.Presence;
import ci.assay.model.JobId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The runs that are under way in this worker. Safe for use by many threads. */
public final class ActiveRuns {

  /** Why a run is to end without a result. */
  enum Why {
    /** Its job has one already. */
    JUDGED,
    /** Another worker began the same job before. */
    GIVES_WAY
  }

  private static final class Entry {
    final Presence.Underway underway;
    final Thread thread;
    boolean isDone;
    @Nullable Why stop;

    Entry(Presence.Underway underway, Thread thread) {
      this.underway = underway;
      this.thread = thread;
    }
  }

  private final InstantSource clock;
  private final Map<String, Entry> runs = new HashMap<>();
  private volatile Runnable listener = () -> {};

  public ActiveRuns(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on this one is told when something changed; it must not wait. */
  public void onChange(Runnable told) {
    listener = told;
  }

  /**
   * A run begins on a thread, unless it has begun already.
   *
   * @return empty when another run of the same job is in hand
   */
  public synchronized Optional<Presence.Underway> begin(JobId job, String run, Thread thread) {
    if (hasOther(job, run)) {
      return Optional.empty();
    }
    Entry entry =
        runs.computeIfAbsent(
            run, id -> new Entry(new Presence.Underway(job, id, clock.instant()), thread));
    listener.run();
    return Optional.of(entry.underway);
  }

  /** Whether a run of the job other than this one is in hand. */
  synchronized boolean hasOther(JobId job, String run) {
    return runs.values().stream()
        .anyMatch(each -> each.underway.job().equals(job) && !each.underway.run().equals(run));
  }

  /**
   * The run of this thread has come to a result, which is not to be disturbed any more.
   *
   * @throws InterruptedException when it was to stop before that
   */
  synchronized void done(Run run) throws InterruptedException {
    Entry entry = runs.get(run.id());
    if (entry != null) {
      entry.isDone = true;
      if (entry.stop != null) {
        throw new InterruptedException("stopped at its end");
      }
    }
  }

  /** A run of this thread came to its end; returns why it was stopped, if it was. */
  synchronized Optional<Why> end(Run run) {
    Entry entry = runs.remove(run.id());
    notifyAll();
    listener.run();
    if (entry == null || entry.stop == null) {
      return Optional.empty();
    }
    boolean unused = Thread.interrupted(); // that was us
    return Optional.of(entry.stop);
  }

  /** A run came to its end, unless it came to a result, which is being taken care of. */
  synchronized void endUnlessDone(Run run) {
    Entry entry = runs.get(run.id());
    if (entry == null || !entry.isDone) {
      var unused = end(run);
    }
  }

  /** Ends a run without a result, unless it has come to one. */
  synchronized void stop(String run, Why why) {
    Entry entry = runs.get(run);
    if (entry != null && !entry.isDone && entry.stop == null) {
      entry.stop = why;
      entry.thread.interrupt();
    }
  }

  /** The run of a job, if there is one. */
  public synchronized Optional<Presence.Underway> of(JobId job) {
    return runs.values().stream()
        .map(each -> each.underway)
        .filter(each -> each.job().equals(job))
        .findFirst();
  }

  /** All of them, in the order of their starts. */
  public synchronized List<Presence.Underway> all() {
    return runs.values().stream()
        .map(each -> each.underway)
        .sorted(
            Comparator.comparing(Presence.Underway::startedAt)
                .thenComparing(Presence.Underway::run))
        .toList();
  }

  /** How many there are. */
  public synchronized int size() {
    return runs.size();
  }

  /** Ends all of them, without a result. */
  public synchronized void interruptAll() {
    runs.values().forEach(each -> each.thread.interrupt());
  }

  /** Waits until there is none, or the time is up. */
  public synchronized void awaitNone(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (!runs.isEmpty() && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }
}
