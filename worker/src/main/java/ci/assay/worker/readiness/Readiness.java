package ci.assay.worker.readiness;

import ci.assay.common.Backoff;
import ci.assay.thread.Threads;
import ci.assay.worker.folder.DiskSpace;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether this worker should take jobs: not while its disk is nearly full, and not after
 * three runs in a row that failed for reasons of the worker's own, until a self-check passes.
 * Checks about once a second, and logs each change. Thread-safe.
 */
public final class Readiness implements AutoCloseable {

  /** After this many such runs in a row, of any jobs, the worker takes no more. */
  static final int MOST_TROUBLES = 3;

  private static final Logger log = LoggerFactory.getLogger(Readiness.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** Checks whether a run could work here; see {@link SelfCheck}. */
  @FunctionalInterface
  public interface Check {
    /** What is wrong, in words for people; empty when nothing is. */
    Optional<String> problem() throws InterruptedException;
  }

  private final DiskSpace disk;
  private final Check check;
  private final Backoff backoff;
  private final BooleanSupplier guardIsAlive;
  private final Consumer<Boolean> listener;
  private final ScheduledExecutorService looking = Threads.timer("readiness");
  private final ScheduledExecutorService checking = Threads.timer("self-check");
  private boolean isGuarded = true;
  private int troublesInARow;
  private int checks;
  private @Nullable String resting;
  private @Nullable String reason;

  /**
   * @param backoff between one self-check and the next
   * @param guardIsAlive whether the guard process lives; without it this worker can take no more
   *     jobs
   * @param listener is called at each change with whether jobs may be taken
   */
  public Readiness(
      DiskSpace disk,
      Check check,
      Backoff backoff,
      BooleanSupplier guardIsAlive,
      Consumer<Boolean> listener) {
    this.disk = disk;
    this.check = check;
    this.backoff = backoff;
    this.guardIsAlive = guardIsAlive;
    this.listener = listener;
  }

  /** Checks now, and from then on in the background. */
  public void start() {
    look();
    long millis = BETWEEN_LOOKS.toMillis();
    var unused = looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Why no job is to be taken now; empty when one is. */
  public synchronized Optional<String> takesNothing() {
    return Optional.ofNullable(reason);
  }

  /** A run came to a result. */
  public synchronized void well() {
    troublesInARow = 0;
  }

  /** A run met with trouble that is not its commit's. */
  public synchronized void troubled(String why) {
    troublesInARow++;
    if (troublesInARow >= MOST_TROUBLES) {
      unable(
          "%d runs in a row failed for reasons of this worker, the last: %s"
              .formatted(troublesInARow, why));
    }
  }

  /** No run can do here until a self-check passes. */
  public synchronized void unable(String why) {
    if (resting == null) {
      resting = why;
      checks = 0;
      checkLater();
      decide();
    }
  }

  private synchronized void checkLater() {
    try {
      long wait = backoff.after(++checks).toMillis();
      var unused = checking.schedule(this::checkNow, wait, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nothing is checked");
    }
  }

  private void checkNow() {
    try {
      Optional<String> problem = check.problem();
      problem.ifPresentOrElse(this::restOn, this::recovered);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      restOn(e.toString());
    }
  }

  private synchronized void restOn(String problem) {
    resting = "the self-check says: " + problem;
    decide();
    checkLater();
  }

  private synchronized void recovered() {
    resting = null;
    troublesInARow = 0;
    decide();
  }

  /** An exception would end the schedule, so that the worker would never check again. */
  private void look() {
    try {
      disk.look();
      decide();
    } catch (RuntimeException | Error e) {
      log.error("cannot tell whether jobs may be taken; this is a defect", e);
    }
  }

  private synchronized void decide() {
    String before = reason;
    reason = obstacle();
    if ((before == null) == (reason == null)) {
      return;
    }
    if (reason == null) {
      log.info("takes jobs again");
    } else if (isGuarded) {
      log.warn("takes no jobs: {}", reason);
    } else {
      log.error("takes no jobs: {}; restart this worker", reason);
    }
    try {
      looking.execute(this::tell);
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nobody is told");
    }
  }

  private synchronized @Nullable String obstacle() {
    isGuarded &= guardIsAlive.getAsBoolean();
    if (!isGuarded) {
      return "the guard process is gone";
    }
    return resting != null ? resting : disk.isLow() ? disk.words() : null;
  }

  /**
   * Runs on one thread and without the lock, because the listener may have to wait for the broker.
   */
  private void tell() {
    listener.accept(takesNothing().isEmpty());
  }

  @Override
  public void close() {
    looking.shutdownNow();
    checking.shutdownNow();
  }
}
