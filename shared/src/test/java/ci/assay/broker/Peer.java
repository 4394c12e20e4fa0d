package ci.assay.broker;

import ci.assay.broker.publish.OutgoingMessage;
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

/** A plain AMQP client on the same broker, to inspect queues and to cause failures. */
public final class Peer implements AutoCloseable {

  private final Connection connection;
  public final Channel channel;

  public Peer(BrokerAddress address) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    connection = factory.newConnection("test peer");
    channel = connection.createChannel();
  }

  public Connection connection() {
    return connection;
  }

  /** Consumes one message; null when the queue is empty. */
  public GetResponse take(String queue) throws IOException {
    return channel.basicGet(queue, true);
  }

  /** Consumes all messages of a queue; returns a list to which the id of each is added. */
  public List<String> listen(String queue) throws IOException {
    List<String> ids = new CopyOnWriteArrayList<>();
    channel.basicConsume(
        queue,
        true,
        (tag, delivery) -> ids.add(delivery.getProperties().getMessageId()),
        tag -> {});
    return ids;
  }

  public long ready(String queue) throws IOException {
    return channel.queueDeclarePassive(queue).getMessageCount();
  }

  public void send(String exchange, String key, String id) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .messageId(id)
            .contentType("application/json")
            .deliveryMode(2)
            .headers(Map.of("who", "peer"))
            .build();
    channel.basicPublish(exchange, key, properties, id.getBytes(StandardCharsets.UTF_8));
  }

  public static OutgoingMessage message(String exchange, String key, String id) {
    return new OutgoingMessage(
        exchange, key, id, OutgoingMessage.JSON, Map.of(), id.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    connection.abort(1_000);
  }
}
