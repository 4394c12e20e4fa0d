package ci.assay.thread;

import ci.assay.common.CannotRunException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps loops that run as long as the program alive: what one step throws is logged, and the loop
 * goes on with the next step.
 */
public final class Steps {

  private static final Logger log = LoggerFactory.getLogger(Steps.class);

  /** So that a step that always fails neither takes all the CPU nor fills the log. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Steps() {}

  /** A part of a thread's work. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }

  /**
   * Does a step of a loop. When the step throws an unexpected exception, logs it and returns after
   * a pause.
   *
   * @param doing what the step does, the beginning of the log line
   * @throws CannotRunException when the step did: that is no defect, and the loop decides what it
   *     means
   * @throws InterruptedException when the step did, or the thread was interrupted meanwhile
   */
  public static void lasting(String doing, Step step) throws InterruptedException {
    try {
      step.run();
    } catch (CannotRunException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      failed(doing, e);
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /**
   * Runs a task; what it throws is logged, not passed on.
   *
   * @param doing what the task does, the beginning of the log line
   */
  public static void contained(String doing, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failed(doing, e);
    }
  }

  private static void failed(String doing, Throwable what) {
    log.error("{} failed, which is a defect; going on", doing, what);
  }
}
