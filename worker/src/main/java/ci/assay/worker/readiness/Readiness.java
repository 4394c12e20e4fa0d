package ci.assay.worker.readiness;

import ci.assay.broker.Backoff;
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
 * Whether this worker should take jobs: not while its disk is nearly full, and not after three runs
 * in a row that met with trouble of ours, until a self-check passes. Looks about once a second, and
 * logs a line at each change. Safe for use by many threads.
 */
public final class Readiness implements AutoCloseable {

  /** So many troubled runs in a row, of whatever jobs, and the worker rests. */
  static final int MOST_TROUBLES = 3;

  private static final Logger log = LoggerFactory.getLogger(Readiness.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** Looks at what a run needs; see {@link SelfCheck}. */
  @FunctionalInterface
  public interface Check {
    /** What is wrong, for people; empty when nothing is. */
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
   * @param guardIsAlive without it this worker is of no more use
   * @param listener is told, at each change, whether jobs may be taken
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

  /** Looks for the first time, and from then on in the background. */
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
      unable("%d runs in a row met with trouble, the last: %s".formatted(troublesInARow, why));
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

  /** What it throws would end the schedule, and the worker would never look again. */
  private void look() {
    try {
      disk.look();
      decide();
    } catch (RuntimeException | Error e) {
      log.error("a look at whether jobs may be taken failed, which is a defect", e);
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
      log.error("takes no jobs: {}; start this worker anew", reason);
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

  /** On one thread and without our lock, since the listener may have to wait for the broker. */
  private void tell() {
    listener.accept(takesNothing().isEmpty());
  }

  @Override
  public void close() {
    looking.shutdownNow();
    checking.shutdownNow();
  }
}
