package ci.assay.broker;

import ci.assay.broker.Disposition.Ack;
import ci.assay.broker.Disposition.Park;
import ci.assay.broker.Disposition.RetryLater;
import ci.assay.model.CannotRunException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the handler about a delivery and does what it decides. Safe for use by many threads. */
record Actor(ConfirmedPublisher publisher, Disposition.Handler handler) {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
  private static final Duration AFTER_A_BUG = Duration.ofSeconds(5);

  /** A delivery that is to be settled; each does nothing once the broker has taken it back. */
  interface Delivery {
    Incoming message();

    void ack();

    void requeueAfter(Duration delay);
  }

  void handle(Delivery delivery) throws InterruptedException {
    try {
      act(decide(delivery.message()), delivery);
    } catch (PublishRefusedException e) {
      log.error("{}; keeping '{}' for later", e.getMessage(), delivery.message().id());
      delivery.requeueAfter(AFTER_A_BUG);
    } catch (CannotRunException e) {
      log.debug("not acked, we are closing: {}", e.getMessage());
    }
  }

  private Disposition decide(Incoming message) throws InterruptedException {
    try {
      return handler.handle(message);
    } catch (RuntimeException | Error e) {
      log.error("a bug in handling message '{}' of {}", message.id(), message.queue(), e);
      return new RetryLater(AFTER_A_BUG, e.toString());
    }
  }

  private void act(Disposition disposition, Delivery delivery)
      throws PublishRefusedException, InterruptedException {
    if (disposition instanceof Ack ack) {
      finish(ack, delivery);
    } else if (disposition instanceof Park park) {
      Incoming message = delivery.message();
      log.warn("parking message '{}' of {}: {}", message.id(), message.queue(), park.reason());
      publisher.publishAll(List.of(Outgoing.parked(message, park.reason())));
      delivery.ack();
    } else if (disposition instanceof RetryLater retry) {
      log.debug("'{}' goes back after {}: {}", delivery.message().id(), retry.after(), retry);
      publisher.publishAll(retry.publishFirst());
      delivery.requeueAfter(retry.after());
    }
  }

  private void finish(Ack ack, Delivery delivery)
      throws PublishRefusedException, InterruptedException {
    try {
      publisher.publishAll(ack.publishFirst());
    } catch (PublishRefusedException e) {
      log.error("{}", e.getMessage());
      act(ack.sequel().refused(e), delivery);
      return;
    }
    ack.sequel().confirmed();
    delivery.ack();
  }
}
