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
 * Looks at one repository again and again, on a thread of its own: however slow it is, no other
 * waits for it. Says once that it cannot be read and once that it can again.
 */
public final class RepositoryWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RepositoryWatch.class);

  /** A repository that cannot be read is tried ever more seldom, down to this. */
  private static final Duration SELDOM = Duration.ofMinutes(1);

  /** How much earlier than asked a look may come, so that many repositories spread out. */
  private static final double JITTER = 0.2;

  private final String name;
  private final Duration interval;
  private final RefPoller poller;
  private final PollListener listener;
  private final Thread thread;
  private final Semaphore hurry = new Semaphore(0);
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

  /** Looks as soon as the present look, if there is one, is over. */
  public void pollNow() {
    hurry.release();
  }

  /**
   * Looks once, on the caller's thread; not for use beside {@link #start}.
   *
   * @return why it could not, in one line
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

  /** Whether it was looked at, and could be read when that was done last. */
  public boolean isWell() {
    return isWell;
  }

  /** Why it could not be read when it was looked at last; null when it could, or was not yet. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** Does not interrupt: that would close the files which a look has open. */
  @Override
  public void close() {
    closed = true;
    hurry.release();
  }

  /** Waits for a look that was under way when this was closed. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
  }

  private void pollUntilClosed() {
    try {
      while (!closed) {
        long began = System.nanoTime();
        Steps.lasting(name + ": looking at it", this::pollSafely);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (hurry.tryAcquire(untilNext(took).toNanos(), TimeUnit.NANOSECONDS)) {
          hurry.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pollSafely() {
    try {
      pollOnce();
    } catch (RuntimeException | Error e) { // the next look may be a better one
      if (!closed) {
        failed(e.toString());
        log.error("{}: looking at it failed, which is a defect", name, e);
      }
    }
  }

  /** Looks begin {@link #interval} apart or less, but never without a pause between them. */
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
      log.warn("{}: {}; trying on", name, e.getMessage());
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
