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
 * @param route the queue, exchange, key and sender that it came by
 * @param id the AMQP {@code messageId}; empty when the publisher set none
 * @param headers text as {@code String}, numbers as {@code Long} or {@code Integer}
 * @param redelivered whether it was delivered to a consumer before
 * @param body not copied: handlers must not change it
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
   * Creates a message from what the AMQP client hands over.
   *
   * @param user the verified sender, as returned by {@link ci.assay.broker.WorkerUsers#senderOf}
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

  /** The client returns text as {@code LongString}, and a header without a value as null. */
  private static void putPlain(Map<String, Object> to, String key, @Nullable Object value) {
    if (value != null) {
      to.put(key, value instanceof LongString ? value.toString() : value);
    }
  }

  /**
   * The same message, to be published again. It keeps its first sender, so that it gains no trust
   * by that.
   */
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

  /** This message for {@link Topology#DEAD_QUEUE}, with the reason and its queue in headers. */
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
