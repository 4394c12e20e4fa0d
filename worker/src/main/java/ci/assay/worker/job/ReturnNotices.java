package ci.assay.worker.job;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CrashPoint;
import ci.assay.message.RunReturned;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces runs that ended without a result, so that the next worker that gets the job does not
 * wait for them. Thread-safe.
 */
public final class ReturnNotices {

  private static final Logger log = LoggerFactory.getLogger(ReturnNotices.class);
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(2);

  /** Publishes a message. */
  @FunctionalInterface
  public interface Publisher {
    /** Returns a future that completes when the broker has confirmed the message. */
    CompletableFuture<Void> publish(OutgoingMessage message) throws InterruptedException;
  }

  private final String worker;
  private final Publisher publisher;
  private final InstantSource clock;

  public ReturnNotices(String worker, Publisher publisher, InstantSource clock) {
    this.worker = worker;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * The message, to be confirmed before the job goes back.
   *
   * @param reason one line for people
   * @param trouble whether the worker failed; otherwise it stops, or another run goes on
   */
  OutgoingMessage returned(Run run, String reason, boolean trouble) {
    return returned(run, new RunReturned.Why(reason, trouble));
  }

  /**
   * The message of a run for another worker, to be confirmed before the job goes back.
   *
   * @param mend what to change so that this worker could run it; null if it only has to see the
   *     repository
   */
  OutgoingMessage unseen(Run run, String reason, @Nullable String mend) {
    return returned(run, new RunReturned.Why(reason, true, true, mend));
  }

  private OutgoingMessage returned(Run run, RunReturned.Why why) {
    return OutgoingMessage.returned(
        new RunReturned(run.job().id(), run.id(), worker, why, clock.instant()));
  }

  /**
   * Publishes the notice of a run that was stopped. Waits up to two seconds for the confirm;
   * without it other workers find out by asking.
   */
  void publishReturned(Run run, String reason) throws InterruptedException {
    try {
      publisher
          .publish(returned(run, reason, false))
          .get(PUBLISH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      CrashPoint.WORKER_RETURN_CONFIRMED.reached();
    } catch (TimeoutException | ExecutionException e) {
      log.debug("{}: nobody was told that it ended: {}", run, e.toString());
    }
  }
}
