package ci.assay.broker;

import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which queues a program has, whatever way it came to them: those of one virtual host of one
 * broker.
 *
 * @param cluster what the broker calls itself and its virtual host; null where it has no name
 * @param address where we found it, without the password
 */
public record BrokerQueues(@Nullable String cluster, String address) {

  /** Those at the other end of a connection. */
  static BrokerQueues of(Connection connection, BrokerAddress address) {
    Object name = connection.getServerProperties().get("cluster_name");
    if (Dialect.of(connection) == Dialect.EMBEDDED) {
      name = embedded(address.password());
    }
    return new BrokerQueues(
        name == null ? null : name + " " + address.virtualHost(), address.toString());
  }

  /** An embedded broker has no name of its own, but a password that was made for it, at random. */
  private static String embedded(String password) {
    return "embedded-" + UUID.nameUUIDFromBytes(password.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Whether these are the same: by the broker's name where both have one, since the same address,
   * such as {@code localhost}, leads elsewhere from another machine; else by the address.
   */
  public boolean areThoseOf(BrokerQueues other) {
    return (cluster != null && other.cluster != null)
        ? cluster.equals(other.cluster)
        : address.equals(other.address);
  }
}
