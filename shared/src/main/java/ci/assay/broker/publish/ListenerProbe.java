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
 * Finds out whether an observer watches a repository: by a hint that something was pushed, which
 * the broker gives back when nobody listens to it. An observer that hears it looks at the
 * repository, which does no harm.
 */
public final class ListenerProbe {

  private static final long LIMIT_MILLIS = 10_000;

  /** What is known of a repository. */
  public enum Watched {
    YES,
    NO,
    /** An observer is there which does not say what it watches. */
    UNKNOWN
  }

  private ListenerProbe() {}

  /**
   * Asks once.
   *
   * @param name who we are in the broker's management page
   * @throws CannotRunException when the broker is not there or refuses us
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
