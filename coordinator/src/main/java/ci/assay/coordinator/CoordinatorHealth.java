package ci.assay.coordinator;

/**
 * How a coordinator is at one moment.
 *
 * @param isActive whether it is the active one of those on the broker
 * @param owed jobs without a result; 0 while another one is active
 * @param workers how many were heard of within some seconds
 * @param reconnects how often a connection was made again after it had been lost
 * @param refused how many messages were not believed
 */
public record CoordinatorHealth(
    boolean isActive, int owed, int workers, long reconnects, long refused) {}
