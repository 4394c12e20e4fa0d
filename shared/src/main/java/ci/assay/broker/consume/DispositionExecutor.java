package ci.assay.broker.consume;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition.Ack;
import ci.assay.broker.consume.Disposition.AfterEarlier;
import ci.assay.broker.consume.Disposition.Continue;
import ci.assay.broker.consume.Disposition.GiveBack;
import ci.assay.broker.consume.Disposition.Hold;
import ci.assay.broker.consume.Disposition.HoldThenRetry;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.PublishRefusedException;
import ci.assay.common.CannotRunException;
import ci.assay.common.LatestEntries;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the handler about a delivery and does what it decides. When the handler throws an unexpected
 * exception, the message is retried once, and parked when that fails, too. Safe for use by many
 * threads.
 *
 * @param failures how often the handler failed, by queue and message id, for the latest messages
 */
record DispositionExecutor(
    ConfirmedPublisher publisher,
    Disposition.Handler handler,
    LatestEntries<String, Integer> failures) {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
  private static final Duration AFTER_A_BUG = Duration.ofSeconds(5);

  /** The handler may fail this often with one message. */
  private static final int MOST_FAILURES = 2;

  private static final int MOST_REMEMBERED = 1_000;

  DispositionExecutor(ConfirmedPublisher publisher, Disposition.Handler handler) {
    this(publisher, handler, new LatestEntries<>(MOST_REMEMBERED));
  }

  /**
   * A delivery that is to be settled; every method does nothing once the broker has taken it back.
   */
  interface Delivery {
    IncomingMessage message();

    void ack();

    void requeueAfter(Duration delay);

    /** Gives the delivery back after the delay; others are taken meanwhile. */
    void hold(HoldThenRetry hold);

    /**
     * Gives the delivery back at once; no other one is taken before one of those in hand is done.
     */
    void giveBack();

    /**
     * Keeps the delivery while others are taken; {@code then} is cancelled when the channel is
     * lost.
     */
    void hold(CompletableFuture<Disposition> then);
  }

  /** Asks the handler; a bug in the handler delays the message but does not lose it. */
  Disposition decide(IncomingMessage message) throws InterruptedException {
    return contain(message, () -> handler.handle(message));
  }

  private Disposition contain(IncomingMessage message, Disposition.Rest decision)
      throws InterruptedException {
    try {
      return decision.decide();
    } catch (RuntimeException | Error e) {
      log.error("a bug in handling message '{}' of {}", message.id(), message.queue(), e);
      boolean canBeParked = !message.queue().equals(Topology.DEAD_QUEUE); // or it would come back
      return canBeParked && isOfTheMessage(e) && isLast(message)
          ? new Park("its handler failed %d times: %s".formatted(MOST_FAILURES, e))
          : new RetryLater(AFTER_A_BUG, e.toString());
    }
  }

  /** A disk that cannot be written, or a shutdown, is not the fault of the message. */
  private static boolean isOfTheMessage(Throwable failure) {
    return !(failure instanceof UncheckedIOException) && !(failure instanceof CannotRunException);
  }

  private boolean isLast(IncomingMessage message) {
    String key = message.queue() + " " + message.id();
    boolean isLast = failures.merge(key, 1, Integer::sum) >= MOST_FAILURES;
    if (isLast) {
      failures.remove(key);
    }
    return isLast;
  }

  /** Does what was decided; waits for confirms where messages are published. */
  void act(Disposition disposition, Delivery delivery) throws InterruptedException {
    try {
      publishAndSettle(disposition, delivery);
    } catch (PublishRefusedException e) {
      log.error("{}; keeping '{}' for later", e.getMessage(), delivery.message().id());
      delivery.requeueAfter(AFTER_A_BUG);
    } catch (CannotRunException e) {
      log.debug("not acked, we are closing: {}", e.getMessage());
    }
  }

  private void publishAndSettle(Disposition disposition, Delivery delivery)
      throws PublishRefusedException, InterruptedException {
    IncomingMessage message = delivery.message();
    if (disposition instanceof Continue more) {
      publishAndSettle(contain(message, more.rest()), delivery);
    } else if (disposition instanceof AfterEarlier last) {
      publishAndSettle(contain(message, last.rest()), delivery);
    } else if (disposition instanceof Ack ack) {
      finish(ack, delivery);
    } else if (disposition instanceof Park park) {
      log.warn("parking message '{}' of {}: {}", message.id(), message.queue(), park.reason());
      park(message, park.reason());
      delivery.ack();
    } else if (disposition instanceof RetryLater retry) {
      log.debug("'{}' goes back after {}: {}", message.id(), retry.after(), retry.reason());
      publisher.publishAll(retry.publishFirst());
      delivery.requeueAfter(retry.after());
    } else if (disposition instanceof HoldThenRetry hold) {
      log.debug("'{}' goes back after {}: {}", message.id(), hold.after(), hold.reason());
      publisher.publishAll(hold.publishFirst());
      delivery.hold(hold);
    } else if (disposition instanceof GiveBack back) {
      log.debug("'{}' goes back: {}", message.id(), back.reason());
      delivery.giveBack();
    } else if (disposition instanceof Hold hold) {
      log.debug("'{}' is held: {}", message.id(), hold.reason());
      delivery.hold(hold.then());
    }
  }

  /**
   * The added headers can exceed what the broker accepts; then the message is parked without its
   * own.
   */
  private void park(IncomingMessage message, String reason)
      throws PublishRefusedException, InterruptedException {
    try {
      publisher.publishAll(List.of(message.parked(reason)));
    } catch (PublishRefusedException e) {
      log.warn("message '{}' is parked without its headers: {}", message.id(), e.getMessage());
      publisher.publishAll(List.of(message.withoutHeaders().parked(reason)));
    }
  }

  private void finish(Ack ack, Delivery delivery)
      throws PublishRefusedException, InterruptedException {
    try {
      publisher.publishAll(ack.publishFirst());
    } catch (PublishRefusedException e) {
      String why = String.valueOf(e.getMessage());
      log.error("{}", why);
      publishAndSettle(ack.callback().refused(why), delivery);
      return;
    }
    ack.callback().confirmed();
    delivery.ack();
  }
}
