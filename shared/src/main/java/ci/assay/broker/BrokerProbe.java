package ci.assay.broker;

import ci.assay.common.CannotRunException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.TimeoutException;

/**
 * What one try at a broker found out; nothing is waited for and nothing is logged.
 *
 * @param product as the broker says it: {@code RabbitMQ}
 * @param version as the broker says it: {@code 3.10.8}
 */
public record BrokerProbe(Dialect dialect, String product, String version) {

  /**
   * Connects once and declares everything of ours.
   *
   * @param pools whose queues to declare too
   * @throws CannotRunException when the broker is not there, refuses us, our permissions or our
   *     arguments
   */
  public static BrokerProbe of(BrokerAddress address, String name, Collection<String> pools) {
    try (Connection connection = connect(address, name)) {
      Topology.declareOnce(connection, pools);
      return new BrokerProbe(
          Dialect.of(connection),
          String.valueOf(connection.getServerProperties().get("product")),
          String.valueOf(connection.getServerProperties().get("version")));
    } catch (IOException | ShutdownSignalException e) {
      throw lost(address, e);
    }
  }

  /**
   * Connects once; the caller closes it.
   *
   * @throws CannotRunException when the broker is not there or refuses us
   */
  public static Connection connect(BrokerAddress address, String name) {
    Connector connector = new Connector(address, name, Connector.HEARTBEAT);
    try {
      return connector.connect();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      CannotRunException refusal = connector.refusal(e);
      throw refusal != null ? refusal : lost(address, e);
    }
  }

  private static CannotRunException lost(BrokerAddress address, Exception why) {
    return new CannotRunException("no broker at " + address + ": " + Connector.explain(why), why);
  }
}
