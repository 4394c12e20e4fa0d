package ci.assay.coordinator;

import ci.assay.broker.Talk;
import ci.assay.broker.Topology;
import ci.assay.model.CannotRunException;
import ci.assay.model.Message;
import ci.assay.model.Order;
import ci.assay.model.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Gives an order to whichever coordinator is the active one. */
public final class OrderCall {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  /** Within that a coordinator that has just started, or a standby, becomes the active one. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(500);

  private OrderCall() {}

  /**
   * Waits for what comes of it.
   *
   * @param where the broker, for the message
   * @throws CannotRunException when no coordinator answers
   */
  public static Receipt give(Order order, Talk talk, String where) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      Optional<Message> answer = answer(talk, order);
      if (answer.isPresent() && answer.get() instanceof Receipt receipt) {
        return receipt;
      }
      TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
    } while (System.nanoTime() < end);
    throw new CannotRunException(
        "no coordinator answers at " + where + "; start one with assay coordinator");
  }

  private static Optional<Message> answer(Talk talk, Order order) throws InterruptedException {
    try {
      return talk.ask(Topology.KEY_ORDER, order, ANSWER_LIMIT).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
