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
 * The {@link RunState} of each run of this worker, until it is over. What others are told of are
 * those that are under way. Safe for use by many threads.
 */
public final class ActiveRuns {

  /** Of runs that are over, so many are known still. */
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
  private volatile Runnable listener = () -> {};

  public ActiveRuns(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on this one is told when something changed; it must not wait. */
  public void onChange(Runnable action) {
    listener = action;
  }

  /** A run is {@link RunState#ASKED} for, which this thread is to execute. */
  synchronized void ask(Run run) {
    runs.put(run.id(), new Entry(run.job().id(), run.id(), Thread.currentThread()));
  }

  /**
   * A run, asked for or not, is {@link RunState#ALLOWED}.
   *
   * @param thread that executes it
   * @return empty when it is over already, or another run of the same job is under way
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
   * Something happened to a run.
   *
   * @return its state now
   * @throws IllegalStateException when that could not happen to it
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
   * The run of this thread is {@link RunState#FINISHED}.
   *
   * @throws InterruptedException when it was to stop before that
   */
  synchronized void finish(Run run) throws InterruptedException {
    if (move(run, Event.FINISH) != RunState.FINISHED) {
      throw new InterruptedException("stopped at its end");
    }
  }

  /** The run of this thread is {@link RunState#ENDING}; returns what it was before. */
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

  /** Whoever stopped the run interrupted its thread, which is this one. */
  private static void clearOurInterrupt(Entry entry) {
    if (entry.state.isStopping()) {
      boolean unused = Thread.interrupted();
    }
  }

  /** The result of a run is {@link RunState#CONFIRMED}, if it is known still. */
  synchronized void confirm(Run run) {
    if (over.get(run.id()) != null) {
      var unused = move(run, Event.CONFIRM_RESULT);
    }
  }

  /** A run is over, unless it has its result, which is being taken care of; see {@link #close}. */
  synchronized void closeUnlessFinished(Run run) {
    Entry entry = runs.get(run.id());
    if (entry == null || entry.state != RunState.FINISHED) {
      close(run);
    }
  }

  /**
   * A run is over: when it has come to no end yet, it is {@link RunState#GIVEN_BACK}. The listener
   * is told in any case, since its job may be held, or set aside.
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
   * Stops a run that has not come to its end.
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

  /** All that are under way, in the order of their starts. */
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

  /** How many are under way. */
  public synchronized int size() {
    return (int) underway().count();
  }

  /** Ends all that are under way, without a result. */
  public synchronized void interruptAll() {
    underway().forEach(each -> each.thread.interrupt());
  }

  /** Waits until none is under way, or the time is up. */
  public synchronized void awaitNone(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (size() > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }
}
