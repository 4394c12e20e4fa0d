package ci.assay.systemtest.budget;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the messages that pass each exchange, with a queue of its own bound to it. Messages that
 * depend on time and not on jobs (ticks, lists of refs) are not counted.
 */
final class MessageCount implements AutoCloseable {

  /** The binding key for each exchange. Only questions are counted; each has one answer. */
  private static final Map<String, String> COUNTED =
      Map.of(
          Topology.JOBS, "#",
          Topology.RESULTS, "#",
          Topology.DEAD, "#",
          Topology.INQUIRY, Topology.KEY_ASK,
          Topology.CONTROL, "");

  private static final Set<String> BY_TIME = Set.of(Topology.KEY_TICK, Topology.KEY_REFS);

  private final BrokerConnection connection;
  private final Channel channel;
  private final Map<String, Long> counts = new TreeMap<>();
  private final AtomicLong bytes = new AtomicLong();

  MessageCount(BrokerAddress broker) throws Exception {
    connection = BrokerConnection.forConsuming(broker, "count");
    connection.start();
    channel = connection.awaitOpen().createChannel();
    for (Map.Entry<String, String> each : COUNTED.entrySet()) {
      String queue = channel.queueDeclare().getQueue();
      channel.queueBind(queue, each.getKey(), each.getValue());
      channel.basicConsume(queue, true, new Counter(each.getKey()));
    }
  }

  private final class Counter extends DefaultConsumer {
    private final String exchange;

    Counter(String exchange) {
      super(channel);
      this.exchange = exchange;
    }

    @Override
    public void handleDelivery(
        String tag,
        Envelope envelope,
        com.rabbitmq.client.AMQP.BasicProperties properties,
        byte[] body) {
      if (!BY_TIME.contains(envelope.getRoutingKey())) {
        count(exchange, body.length);
      }
    }
  }

  private synchronized void count(String exchange, long size) {
    counts.merge(exchange, 1L, Long::sum);
    bytes.addAndGet(size);
  }

  /** Forgets what was counted so far. */
  synchronized void restart() {
    counts.clear();
    bytes.set(0);
  }

  /** The counts by exchange, without one of them. */
  synchronized Map<String, Long> countsExcept(String exchange) {
    Map<String, Long> others = new TreeMap<>(counts);
    others.remove(exchange);
    return others;
  }

  synchronized long count(String exchange) {
    return counts.getOrDefault(exchange, 0L);
  }

  long bytes() {
    return bytes.get();
  }

  @Override
  public void close() {
    connection.close();
  }
}
