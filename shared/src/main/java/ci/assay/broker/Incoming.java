package ci.assay.broker;

import java.util.Map;

/**
 * A delivered message as a handler sees it.
 *
 * @param queue the queue it was taken from
 * @param routingKey the key it was published with
 * @param id the AMQP {@code messageId}; empty when the publisher set none
 * @param headers text as {@code String}, numbers as {@code Long} or {@code Integer}
 * @param redelivered whether somebody was given it before
 * @param body not copied: the handler leaves it alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Incoming(
    String queue,
    String exchange,
    String routingKey,
    String id,
    String contentType,
    Map<String, Object> headers,
    boolean redelivered,
    byte[] body) {}
