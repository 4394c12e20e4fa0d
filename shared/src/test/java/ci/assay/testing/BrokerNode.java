package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A RabbitMQ node, in a container, on this machine or elsewhere. */
interface BrokerNode extends AutoCloseable {

  BrokerAddress address();

  /** The port for TLS connections, if there is one. */
  int tlsPort();

  BrokerAddress emptyVirtualHost(String name);

  BrokerAddress withUser(BrokerAddress on, String user, TestBroker.Permissions permissions);

  void importDefinitions(Path file);

  String ctl(String... arguments);

  void start();

  void stop();

  void kill();

  /** Whether the node is running or may still come up. */
  boolean isAlive();

  @Override
  void close();

  /** Waits until it takes connections. */
  default void awaitReady(Duration limit) {
    Awaitility.await(this + " takes connections")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(100))
        .failFast(this + " ended while it started", () -> !isAlive())
        .until(() -> accepts(address()));
  }

  private static boolean accepts(BrokerAddress address) {
    ConnectionFactory factory = factory(address);
    try (Connection connection = factory.newConnection("test: are you there?")) {
      return connection.isOpen();
    } catch (IOException | TimeoutException e) {
      return false;
    }
  }

  /** A plain client's factory for {@code address}. */
  static ConnectionFactory factory(BrokerAddress address) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }
}
