package ci.assay.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/** A plain client on the same broker: looks at queues and breaks things. */
final class Peer implements AutoCloseable {

  private final Connection connection;
  final Channel channel;

  Peer(BrokerAddress address) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    connection = factory.newConnection("test peer");
    channel = connection.createChannel();
  }

  Connection connection() {
    return connection;
  }

  /** Takes a message away; null when the queue is empty. */
  GetResponse take(String queue) throws IOException {
    return channel.basicGet(queue, true);
  }

  /** Takes every message away as it comes; the list grows with their ids. */
  List<String> listen(String queue) throws IOException {
    List<String> ids = new CopyOnWriteArrayList<>();
    channel.basicConsume(
        queue,
        true,
        (tag, delivery) -> ids.add(delivery.getProperties().getMessageId()),
        tag -> {});
    return ids;
  }

  long ready(String queue) throws IOException {
    return channel.queueDeclarePassive(queue).getMessageCount();
  }

  void send(String exchange, String key, String id) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .messageId(id)
            .contentType("application/json")
            .deliveryMode(2)
            .headers(Map.of("who", "peer"))
            .build();
    channel.basicPublish(exchange, key, properties, id.getBytes(StandardCharsets.UTF_8));
  }

  static Outgoing message(String exchange, String key, String id) {
    return new Outgoing(
        exchange, key, id, Outgoing.JSON, Map.of(), id.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    connection.abort(1_000);
  }
}
