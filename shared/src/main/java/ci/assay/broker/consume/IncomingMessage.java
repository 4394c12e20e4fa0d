package ci.assay.broker.consume;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A delivered message as a handler sees it.
 *
 * @param route how it came
 * @param id the AMQP {@code messageId}; empty when the publisher set none
 * @param headers text as {@code String}, numbers as {@code Long} or {@code Integer}
 * @param redelivered whether somebody was given it before
 * @param body not copied: the handler leaves it alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record IncomingMessage(
    Route route,
    String id,
    String contentType,
    Map<String, Object> headers,
    boolean redelivered,
    byte[] body) {

  /**
   * Out of what the client hands over.
   *
   * @param user as {@link ci.assay.broker.WorkerUsers#senderOf} has it
   */
  public static IncomingMessage of(
      String queue, String user, Envelope envelope, BasicProperties properties, byte[] body) {
    return new IncomingMessage(
        new Route(queue, envelope.getExchange(), envelope.getRoutingKey(), user),
        orEmpty(properties.getMessageId()),
        orEmpty(properties.getContentType()),
        plainHeaders(properties.getHeaders()),
        envelope.isRedeliver(),
        body);
  }

  public String queue() {
    return route.queue();
  }

  public String exchange() {
    return route.exchange();
  }

  public String user() {
    return route.user();
  }

  public String routingKey() {
    return route.key();
  }

  private static Map<String, Object> plainHeaders(@Nullable Map<String, Object> headers) {
    Map<String, Object> plain = new HashMap<>();
    if (headers != null) {
      headers.forEach((key, value) -> putPlain(plain, key, value));
      plain.remove(ConfirmedPublisher.HEADER_TOKEN);
    }
    return plain;
  }

  /** The client hands out text as {@code LongString}, and what has no value as null. */
  private static void putPlain(Map<String, Object> to, String key, @Nullable Object value) {
    if (value != null) {
      to.put(key, value instanceof LongString ? value.toString() : value);
    }
  }

  /** The same, to be published once more; it is not believed more than it is now. */
  public OutgoingMessage again() {
    Map<String, Object> all = new HashMap<>(headers);
    all.remove(WorkerUsers.HEADER_SENDER);
    if (WorkerUsers.isOfOne(user())) {
      all.put(WorkerUsers.HEADER_SENDER, user());
    }
    return new OutgoingMessage(exchange(), routingKey(), id, contentType, all, body);
  }

  IncomingMessage withoutHeaders() {
    return new IncomingMessage(route, id, contentType, Map.of(), redelivered, body);
  }

  /** What could not be handled, for {@link Topology#DEAD_QUEUE}. */
  OutgoingMessage parked(String reason) {
    Map<String, Object> all = new HashMap<>(headers);
    all.put(OutgoingMessage.HEADER_REASON, reason);
    all.put(OutgoingMessage.HEADER_QUEUE, queue());
    return new OutgoingMessage(Topology.DEAD, routingKey(), id, contentType, all, body);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
