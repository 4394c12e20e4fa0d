package ci.assay.cli;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLink;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.Talk;
import ci.assay.broker.Topology;
import ci.assay.model.CannotRunException;
import ci.assay.model.Message;
import ci.assay.model.Order;
import ci.assay.model.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Gives orders to the coordinator over the broker.
 *
 * @param name who we are in the broker's management page
 */
record OrderClient(BrokerAddress broker, String name) {

  private static final Duration LISTEN_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  /** Within that a coordinator that has just started, or a standby, becomes the active one. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(500);

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
      return ask(talk, order);
    }
  }

  private Receipt ask(Talk talk, Order order) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      Optional<Message> answer = answer(talk, order);
      if (answer.isPresent() && answer.get() instanceof Receipt receipt) {
        return receipt;
      }
      TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
    } while (System.nanoTime() < end);
    throw new CannotRunException(
        "no coordinator answers at " + broker + "; start one with assay coordinator");
  }

  private static Optional<Message> answer(Talk talk, Order order) throws InterruptedException {
    try {
      return talk.ask(Topology.KEY_ORDER, order, ANSWER_LIMIT).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
