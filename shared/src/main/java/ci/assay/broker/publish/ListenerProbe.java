package ci.assay.broker.publish;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.Connector;
import ci.assay.broker.Topology;
import ci.assay.common.CannotRunException;
import ci.assay.message.PollRequest;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds out whether an observer watches a repository. It publishes a hint that something was
 * pushed, which the broker returns when no observer is bound to its key. An observer that receives
 * the hint polls the repository, which does no harm.
 */
public final class ListenerProbe {

  private static final long LIMIT_MILLIS = 10_000;

  /** The answer about a repository. */
  public enum Watched {
    YES,
    NO,
    /** There is an observer older than 0.2, which does not show what it watches. */
    UNKNOWN
  }

  private ListenerProbe() {}

  /**
   * Asks once.
   *
   * @param name the name of this program, shown on the broker's management page
   * @throws CannotRunException when the broker cannot be reached or refuses our login
   */
  public static Watched ask(BrokerAddress address, String name, PollRequest hint)
      throws InterruptedException {
    try (Connection connection = BrokerProbe.connect(address, name);
        Channel channel = Connector.openChannel(connection)) {
      AtomicBoolean returned = new AtomicBoolean();
      channel.addReturnListener(back -> returned.set(true));
      channel.confirmSelect();
      if (isHeard(channel, Topology.keyOfWatched(hint.repository()), hint, returned)) {
        return Watched.YES;
      }
      boolean isAny = isHeard(channel, Topology.KEY_POLL, hint, returned);
      return isAny && !isHeard(channel, Topology.KEY_WATCHES, hint, returned)
          ? Watched.UNKNOWN
          : Watched.NO;
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw new CannotRunException(
          "observers at %s cannot be asked: %s".formatted(address, Connector.explain(e)), e);
    }
  }

  private static boolean isHeard(
      Channel channel, String key, PollRequest hint, AtomicBoolean returned)
      throws IOException, InterruptedException, TimeoutException {
    OutgoingMessage message = OutgoingMessage.poll(hint);
    returned.set(false);
    channel.basicPublish(
        message.exchange(), key, true, message.properties("probe", null), message.body());
    channel.waitForConfirmsOrDie(LIMIT_MILLIS);
    return !returned.get();
  }
}
