package ci.assay.broker;

import ci.assay.common.CannotRunException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.TimeoutException;

/**
 * What a single connection attempt found out about a broker. It does not retry and logs nothing.
 *
 * @param product as reported by the broker: {@code RabbitMQ}
 * @param version as reported by the broker: {@code 3.10.8}
 */
public record BrokerProbe(Dialect dialect, String product, String version) {

  /**
   * Connects once and declares all exchanges and queues of {@link Topology}.
   *
   * @param name shown on the broker's management page
   * @param pools the pools whose work queues to declare too
   * @throws CannotRunException when the broker cannot be reached, refuses our login, denies a
   *     permission, or has one of them with other arguments
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
   * @throws CannotRunException when the broker cannot be reached or refuses our login
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
