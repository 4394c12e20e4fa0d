package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.control.ControlChannel;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.inquiry.OrderClient;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives orders to the coordinator over the broker.
 *
 * @param name the name of the connection in the broker's management page
 */
public record OrderSender(BrokerAddress broker, String name) {

  private static final Duration LISTEN_LIMIT = Duration.ofSeconds(10);

  /**
   * Gives an order and waits for the reply.
   *
   * @throws CannotRunException when there is no broker or no coordinator
   */
  public OrderReply give(Order order) throws InterruptedException {
    BrokerProbe.of(broker, name, List.of());
    CountDownLatch listens = new CountDownLatch(1);
    try (BrokerConnection consuming = BrokerConnection.forListening(broker, name);
        BrokerConnection publishing = BrokerConnection.forPublishing(broker, name);
        ControlChannel channel =
            new ControlChannel(
                consuming, publishing, name, List.of(), received -> {}, listens::countDown)) {
      consuming.start();
      publishing.start();
      channel.start();
      if (!listens.await(LISTEN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CannotRunException(
            "user '%s' cannot listen for an answer at %s; see docs/operations.md"
                .formatted(broker.user(), broker));
      }
      return OrderClient.give(order, channel, broker.toString());
    }
  }
}
