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
    Connector connector = new Connector(address, name, Connector.HEARTBEAT);
    try (Connection connection = connector.connect()) {
      Topology.declareOnce(connection, pools);
      return new BrokerProbe(
          Dialect.of(connection),
          String.valueOf(connection.getServerProperties().get("product")),
          String.valueOf(connection.getServerProperties().get("version")));
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      CannotRunException refusal = connector.refusal(e);
      throw refusal != null
          ? refusal
          : new CannotRunException("no broker at " + address + ": " + Connector.explain(e), e);
    }
  }
}
