package ci.assay.broker.consume;

import ci.assay.broker.WorkerUsers;

/**
 * How a message arrived.
 *
 * @param queue the queue it was consumed from
 * @param exchange the exchange it was published to
 * @param key the routing key it was published with
 * @param user the sender, verified by the broker; empty when the message has no {@code user-id}
 */
public record Route(String queue, String exchange, String key, String user) {

  /** A route on a broker that does not verify senders. */
  public Route(String queue, String exchange, String key) {
    this(queue, exchange, key, WorkerUsers.NOT_VERIFIED);
  }
}
