package ci.assay.worker.presence;

import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what this worker is doing, every two seconds and soon after each change, and in the end
 * that it is leaving. Several changes in a short time are published together. Thread-safe.
 */
public final class PresencePublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PresencePublisher.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration GATHERING = Duration.ofMillis(100);

  private static final Duration LAST_SAID = Duration.ofSeconds(1);

  private final Runnable say;
  private final Leave leave;

  /** Publishes that this worker is leaving. */
  public interface Leave {
    void say() throws InterruptedException;
  }

  private final ScheduledExecutorService timer = Threads.timer("presence");
  private boolean isDue;

  /**
   * @param say publishes the presence; runs on this object's thread and must not block
   * @param leave publishes that this worker is leaving; runs after the last {@code say}, on the
   *     thread that closes
   */
  public PresencePublisher(Runnable say, Leave leave) {
    this.say = say;
    this.leave = leave;
  }

  public void start() {
    var unused = timer.scheduleWithFixedDelay(say, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Something changed. */
  public synchronized void changed() {
    if (isDue) {
      return;
    }
    try {
      var unused = timer.schedule(this::sayChange, GATHERING.toMillis(), TimeUnit.MILLISECONDS);
      isDue = true;
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nothing more is said");
    }
  }

  private void sayChange() {
    synchronized (this) {
      isDue = false;
    }
    say.run();
  }

  @Override
  public void close() throws InterruptedException {
    timer.shutdownNow();
    var unused = timer.awaitTermination(LAST_SAID.toMillis(), TimeUnit.MILLISECONDS);
    leave.say();
  }
}
