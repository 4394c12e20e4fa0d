package ci.assay.cli;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLink;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.Talk;
import ci.assay.coordinator.OrderCall;
import ci.assay.model.CannotRunException;
import ci.assay.model.Order;
import ci.assay.model.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives orders to the coordinator over the broker.
 *
 * @param name who we are in the broker's management page
 */
record OrderClient(BrokerAddress broker, String name) {

  private static final Duration LISTEN_LIMIT = Duration.ofSeconds(10);

  /**
   * Gives an order and waits for what comes of it.
   *
   * @throws CannotRunException when there is no broker or no coordinator
   */
  Receipt give(Order order) throws InterruptedException {
    BrokerProbe.of(broker, name, List.of());
    CountDownLatch listens = new CountDownLatch(1);
    try (BrokerLink listening = BrokerLink.forListening(broker, name);
        BrokerLink speaking = BrokerLink.forPublishing(broker, name);
        Talk talk =
            new Talk(listening, speaking, name, List.of(), heard -> {}, listens::countDown)) {
      listening.start();
      speaking.start();
      talk.start();
      if (!listens.await(LISTEN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CannotRunException(
            "user '%s' cannot listen for an answer at %s; see docs/operations.md"
                .formatted(broker.user(), broker));
      }
      return OrderCall.give(order, talk, broker.toString());
    }
  }
}
