package ci.assay.broker;

import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the queues that a program uses, independent of the address it reached them by: those
 * of one virtual host of one broker.
 *
 * @param cluster the cluster name that the broker reports, and the virtual host; null where the
 *     broker reports no name
 * @param address the address we connected to, without the password
 */
public record BrokerQueues(@Nullable String cluster, String address) {

  /** The queues at the other end of a connection. */
  static BrokerQueues of(Connection connection, BrokerAddress address) {
    Object name = connection.getServerProperties().get("cluster_name");
    if (Dialect.of(connection) == Dialect.EMBEDDED) {
      name = embedded(address.password());
    }
    return new BrokerQueues(
        name == null ? null : name + " " + address.virtualHost(), address.toString());
  }

  /** An embedded broker reports no cluster name, but its random password is unique to it. */
  private static String embedded(String password) {
    return "embedded-" + UUID.nameUUIDFromBytes(password.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Whether both are the same queues. Compares the broker's name where both have one, since an
   * address such as {@code localhost} means another broker on another machine; else the address.
   */
  public boolean areThoseOf(BrokerQueues other) {
    return (cluster != null && other.cluster != null)
        ? cluster.equals(other.cluster)
        : address.equals(other.address);
  }
}
