package ci.assay.thread;

import ci.assay.common.CannotRunException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what goes on for as long as a program does going, whatever one step of it throws: that is
 * logged with what was being done, and the next step may go better.
 */
public final class Steps {

  private static final Logger log = LoggerFactory.getLogger(Steps.class);

  /** So that what fails each time costs no processor and fills no log. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Steps() {}

  /** A part of a thread's work. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }

  /**
   * Does a step of a loop; returns also when it threw something unforeseen, after a pause.
   *
   * @param doing what, for people, at the beginning of a line
   * @throws CannotRunException when the step did: that is no defect, and the loop's to judge
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

  /** Runs a task, and returns whatever it threw. */
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
