package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.message.PollRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks observers, over the broker, to poll a repository. */
public final class PollSender {

  private static final String NAME = "assay notify";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private PollSender() {}

  /**
   * Sends a request, and waits until the broker has routed it to an observer.
   *
   * @throws CannotRunException when there is no broker, or no observer listens
   */
  public static void send(BrokerAddress broker, PollRequest request) throws InterruptedException {
    BrokerProbe.of(broker, NAME, List.of());
    try (BrokerConnection publishing = BrokerConnection.forPublishing(broker, NAME);
        ConfirmedPublisher publisher = new ConfirmedPublisher(publishing, List::of)) {
      publishing.start();
      publisher.start();
      publisher.publish(OutgoingMessage.poll(request)).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new CannotRunException(
          "no observer listens at %s, or this user may not notify it; is one running?"
              .formatted(broker),
          e);
    }
  }
}
