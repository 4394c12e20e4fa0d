package ci.assay.observer.poll;

import ci.assay.common.CannotRunException;
import ci.assay.git.GitException;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls one repository at intervals, on a thread of its own, so that a slow repository delays no
 * other. Logs once that the repository cannot be read and once that it can be read again.
 */
public final class RepositoryWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RepositoryWatch.class);

  /** The interval doubles with each poll that fails, up to this. */
  private static final Duration SELDOM = Duration.ofMinutes(1);

  /** The least time between the beginnings of two polls, however many hints arrive. */
  private static final Duration LEAST = Duration.ofMillis(250);

  /**
   * The largest part of the interval by which a poll may be early, so that polls of many
   * repositories spread out.
   */
  private static final double JITTER = 0.2;

  private final String name;
  private final Duration interval;
  private final RefPoller poller;
  private final PollListener listener;
  private final Thread thread;
  private @Nullable RepositoryWatch before;
  private final Semaphore hints = new Semaphore(0);
  private volatile boolean closed;
  private volatile boolean isWell;
  private volatile @Nullable String trouble;
  private int failures;

  public RepositoryWatch(WatchedRepository watched, RefPoller poller, PollListener listener) {
    this.name = watched.name();
    this.interval = watched.interval();
    this.poller = poller;
    this.listener = listener;
    this.thread = Threads.daemon("observer-" + name, this::pollUntilClosed);
  }

  public void start() {
    thread.start();
  }

  /**
   * As {@link #start}, but the first poll begins when the last one of another watch of the same
   * repository is over.
   *
   * @param earlier was closed; null for none
   */
  public void startAfter(@Nullable RepositoryWatch earlier) {
    before = earlier;
    start();
  }

  /** Polls at once, or as soon as the current poll is over. */
  public void pollNow() {
    hints.release();
  }

  /**
   * Polls once, on the caller's thread; must not be used together with {@link #start}.
   *
   * @return why the repository could not be read, in one line; empty when it could
   */
  public Optional<String> pollOnce() {
    try {
      poller.poll();
      readable();
      return Optional.empty();
    } catch (GitException | CannotRunException | UncheckedIOException e) {
      unreadable(e);
      return Optional.of(name + ": " + e.getMessage());
    }
  }

  /** Whether the repository was polled and could be read at the last poll. */
  public boolean isWell() {
    return isWell;
  }

  /**
   * Why the repository could not be read at the last poll; null when it could, and before the first
   * poll.
   */
  public @Nullable String trouble() {
    return trouble;
  }

  /**
   * Begins to stop. The thread is not interrupted, since that would close files that a poll has
   * open.
   */
  @Override
  public void close() {
    closed = true;
    hints.release();
  }

  /** Waits until the current poll is over, for {@code limit} at most. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
  }

  private void pollUntilClosed() {
    try {
      if (before != null) {
        before.thread.join();
        before = null;
      }
      while (!closed) {
        long began = System.nanoTime();
        Steps.lasting(name + ": polling", this::pollSafely);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (hints.tryAcquire(untilNext(took).toNanos(), TimeUnit.NANOSECONDS)) {
          awaitLeastInterval(began);
          hints.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitLeastInterval(long began) throws InterruptedException {
    long left = LEAST.toNanos() - (System.nanoTime() - began);
    if (left > 0 && !closed) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  private void pollSafely() {
    try {
      pollOnce();
    } catch (RuntimeException | Error e) { // the next poll may succeed
      if (!closed) {
        failed(e.toString());
        log.error("{}: a poll failed, which is a defect", name, e);
      }
    }
  }

  /**
   * The pause until the next poll: polls begin at most {@link #interval} apart while none fails,
   * but always with a pause between them.
   */
  private Duration untilNext(Duration took) {
    Duration full = interval.multipliedBy(1L << Math.min(failures, 10));
    Duration longest = interval.compareTo(SELDOM) > 0 ? interval : SELDOM;
    long nanos = (full.compareTo(longest) > 0 ? longest : full).toNanos();
    long jittered = (long) (nanos * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
    return Duration.ofNanos(Math.max(jittered - took.toNanos(), nanos / 10));
  }

  private void unreadable(Exception e) {
    if (closed) {
      return;
    }
    failed(String.valueOf(e.getMessage()));
    if (failures == 1) {
      log.warn("{}: {}; still trying", name, e.getMessage());
    }
  }

  private void readable() {
    if (failures > 0) {
      log.info("{}: can be read again", name);
    }
    failures = 0;
    trouble = null;
    isWell = true;
    listener.polled(name, true);
  }

  private void failed(String why) {
    failures++;
    isWell = false;
    trouble = name + ": " + why;
    listener.polled(name, false);
  }
}
