package ci.assay.broker.consume;

/**
 * How a message came.
 *
 * @param queue it was taken from
 * @param exchange it was published to
 * @param key it was published with
 */
public record Route(String queue, String exchange, String key) {}
