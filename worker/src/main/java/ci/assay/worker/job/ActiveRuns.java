package ci.assay.worker.job;

import ci.assay.common.LatestEntries;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.worker.job.RunState.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The {@link RunState} of each run of this worker, until the run is over. Its public methods list
 * only the runs that are under way. Thread-safe.
 */
public final class ActiveRuns {

  /** How many runs that are over are remembered. */
  private static final int MOST_REMEMBERED = 1_000;

  private static final class Entry {
    final JobId job;
    final String run;
    final Thread thread;
    RunState state = RunState.ASKED;
    Instant startedAt = Instant.EPOCH;

    Entry(JobId job, String run, Thread thread) {
      this.job = job;
      this.run = run;
      this.thread = thread;
    }

    Presence.Underway underway() {
      return new Presence.Underway(job, run, startedAt);
    }
  }

  private final InstantSource clock;
  private final Map<String, Entry> runs = new HashMap<>();
  private final LatestEntries<String, RunState> over = new LatestEntries<>(MOST_REMEMBERED);
  private int asked;
  private volatile Runnable listener = () -> {};

  public ActiveRuns(InstantSource clock) {
    this.clock = clock;
  }

  /** Sets the listener that is called after each change. It must not block. */
  public void onChange(Runnable action) {
    listener = action;
  }

  /** How many runs were ever added. */
  synchronized int asked() {
    return asked;
  }

  /** Adds a run as {@link RunState#ASKED}. The calling thread is to execute it. */
  synchronized void ask(Run run) {
    asked++;
    runs.put(run.id(), new Entry(run.job().id(), run.id(), Thread.currentThread()));
  }

  /**
   * Moves a run to {@link RunState#ALLOWED}, and adds it first if it is unknown.
   *
   * @param thread the thread that executes the run
   * @return empty when the run is already over, or another run of the same job is under way
   */
  public synchronized Optional<Presence.Underway> begin(JobId job, String run, Thread thread) {
    if (over.get(run) != null || hasOther(job, run)) {
      return Optional.empty();
    }
    Entry entry = runs.computeIfAbsent(run, id -> new Entry(job, id, thread));
    entry.startedAt = clock.instant();
    var unused = move(entry, Event.ALLOW);
    listener.run();
    return Optional.of(entry.underway());
  }

  /** Whether a run of the job other than this one is under way. */
  synchronized boolean hasOther(JobId job, String run) {
    return underway().anyMatch(each -> each.job.equals(job) && !each.run.equals(run));
  }

  /**
   * Applies an event to a run.
   *
   * @return its new state
   * @throws IllegalStateException when the run is unknown, or the event is illegal in its state
   */
  synchronized RunState move(Run run, Event event) {
    Entry entry = runs.get(run.id());
    if (entry != null) {
      return move(entry, event);
    }
    RunState last = over.get(run.id());
    if (last == null) {
      throw new IllegalStateException("run %s is unknown at %s".formatted(run.id(), event));
    }
    RunState next = last.after(event, run.id());
    over.put(run.id(), next);
    return next;
  }

  private RunState move(Entry entry, Event event) {
    boolean wasUnderway = entry.state.isUnderway();
    entry.state = entry.state.after(event, entry.run);
    if (entry.state.isOver()) {
      runs.remove(entry.run);
      over.put(entry.run, entry.state);
    }
    if (wasUnderway && !entry.state.isUnderway()) {
      notifyAll();
      listener.run();
    }
    return entry.state;
  }

  /**
   * Moves the run of the calling thread to {@link RunState#FINISHED}.
   *
   * @throws InterruptedException when the run was told to stop before
   */
  synchronized void finish(Run run) throws InterruptedException {
    if (move(run, Event.FINISH) != RunState.FINISHED) {
      throw new InterruptedException("stopped at its end");
    }
  }

  /** Moves the run of the calling thread to {@link RunState#ENDING}; returns its earlier state. */
  synchronized RunState end(Run run) {
    Entry entry = runs.get(run.id());
    if (entry == null) {
      throw new IllegalStateException("run %s is not known to be under way".formatted(run.id()));
    }
    RunState before = entry.state;
    clearOurInterrupt(entry);
    var unused = move(entry, Event.END);
    return before;
  }

  /** {@link #stop} interrupted the thread of the run, which is the calling one. */
  private static void clearOurInterrupt(Entry entry) {
    if (entry.state.isStopping()) {
      boolean unused = Thread.interrupted();
    }
  }

  /** Moves a run to {@link RunState#CONFIRMED}, if it is still remembered. */
  synchronized void confirm(Run run) {
    if (over.get(run.id()) != null) {
      var unused = move(run, Event.CONFIRM_RESULT);
    }
  }

  /** As {@link #close}, unless the run is FINISHED: then its result is still to be spooled. */
  synchronized void closeUnlessFinished(Run run) {
    Entry entry = runs.get(run.id());
    if (entry == null || entry.state != RunState.FINISHED) {
      close(run);
    }
  }

  /**
   * Closes a run: if it is not over yet, it becomes {@link RunState#GIVEN_BACK}. The listener is
   * called in any case, because the job may now be held or set aside.
   */
  synchronized void close(Run run) {
    Entry entry = runs.get(run.id());
    if (entry != null) {
      clearOurInterrupt(entry);
      var unused = move(entry, Event.GIVE_BACK);
    }
    listener.run();
  }

  /**
   * Stops a run by interrupting its thread. A run that has finished or ended is not affected.
   *
   * @param why {@link Event#STOP_JUDGED} or {@link Event#STOP_YIELD}
   */
  synchronized void stop(String run, Event why) {
    Entry entry = runs.get(run);
    if (entry != null) {
      RunState before = entry.state;
      if (move(entry, why) != before) {
        entry.thread.interrupt();
      }
    }
  }

  /** The run of a job that is under way, if there is one. */
  public synchronized Optional<Presence.Underway> of(JobId job) {
    return underway().filter(each -> each.job.equals(job)).map(Entry::underway).findFirst();
  }

  /** All runs that are under way, in the order of their starts. */
  public synchronized List<Presence.Underway> all() {
    return underway()
        .map(Entry::underway)
        .sorted(
            Comparator.comparing(Presence.Underway::startedAt)
                .thenComparing(Presence.Underway::run))
        .toList();
  }

  private Stream<Entry> underway() {
    return runs.values().stream().filter(each -> each.state.isUnderway());
  }

  /** How many runs are under way. */
  public synchronized int size() {
    return (int) underway().count();
  }

  /** Interrupts all runs that are under way; they end without a result. */
  public synchronized void interruptAll() {
    underway().forEach(each -> each.thread.interrupt());
  }

  /** Waits until no run is under way, or the limit is reached. */
  public synchronized void awaitNone(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (size() > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }
}
