package ci.assay.coordinator.inquiry;

import ci.assay.broker.Topology;
import ci.assay.broker.control.ControlChannel;
import ci.assay.common.CannotRunException;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.model.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Sends an order to the active coordinator. */
public final class OrderClient {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  /** A coordinator that has just started, or a standby, becomes active within this time. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(500);

  private OrderClient() {}

  /**
   * Sends an order and waits for the answer.
   *
   * @param where the address of the broker, for the message
   * @throws CannotRunException when no coordinator answers
   */
  public static OrderReply give(Order order, ControlChannel control, String where)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      Optional<Message> answer = answer(control, order);
      if (answer.isPresent() && answer.get() instanceof OrderReply receipt) {
        return receipt;
      }
      TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
    } while (System.nanoTime() < end);
    throw new CannotRunException(
        "no coordinator answers at " + where + "; start one with assay coordinator");
  }

  private static Optional<Message> answer(ControlChannel control, Order order)
      throws InterruptedException {
    try {
      return control.ask(Topology.KEY_ORDER, order, ANSWER_LIMIT).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
