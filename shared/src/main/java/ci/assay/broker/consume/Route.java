package ci.assay.broker.consume;

import ci.assay.broker.WorkerUsers;

/**
 * How a message came.
 *
 * @param queue it was taken from
 * @param exchange it was published to
 * @param key it was published with
 * @param user who sent it, as the broker has verified; empty when the message does not say
 */
public record Route(String queue, String exchange, String key, String user) {

  /** By a broker that verifies nobody. */
  public Route(String queue, String exchange, String key) {
    this(queue, exchange, key, WorkerUsers.NOT_VERIFIED);
  }
}
