package ci.assay.broker;

import com.rabbitmq.client.Connection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one kind of broker understands beyond AMQP 0-9-1, chosen from the server's properties. */
public enum Dialect {
  /** RabbitMQ 3.10 and later. */
  RABBITMQ,
  /** Apache Qpid Broker-J inside our own process: no quorum queues, limits or dead letters. */
  EMBEDDED;

  private static final int MOST_LIVE_PIECES = 64;

  /** The dialect of the broker at the other end. */
  public static Dialect of(Connection connection) {
    Object product = connection.getServerProperties().get("product");
    return String.valueOf(product).equals("RabbitMQ") ? RABBITMQ : EMBEDDED;
  }

  /** The broker's product and version, for people: {@code RabbitMQ 3.10.8}. */
  public static String describe(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return properties.get("product") + " " + properties.get("version");
  }

  /**
   * The arguments of a queue whose messages must not be lost. They are constants, see {@link
   * Topology}.
   */
  Map<String, Object> durableQueue(boolean singleActiveConsumer) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    if (singleActiveConsumer) {
      arguments.put("x-single-active-consumer", true);
    }
    if (this == RABBITMQ) {
      arguments.put("x-queue-type", "quorum");
      arguments.put("x-consumer-timeout", Topology.CONSUMER_TIMEOUT.toMillis());
      arguments.put("x-delivery-limit", Topology.DELIVERY_LIMIT);
    }
    return arguments;
  }

  /** The arguments of a queue of live logs: when it is full, the oldest pieces are dropped. */
  public Map<String, Object> liveQueue() {
    return this == EMBEDDED ? Map.of() : Map.of("x-max-length", MOST_LIVE_PIECES);
  }

  /**
   * The additional arguments of a {@link #durableQueue} whose rejected messages go to {@code
   * exchange}.
   */
  Map<String, Object> deadLetteringTo(String exchange) {
    if (this == EMBEDDED) {
      return Map.of();
    }
    return Map.of(
        "x-dead-letter-exchange", exchange,
        "x-dead-letter-strategy", "at-least-once",
        "x-overflow", "reject-publish");
  }
}
