package ci.assay.coordinator;

/**
 * The state of a coordinator at one moment.
 *
 * @param isActive whether it is the active coordinator on the broker
 * @param owed the number of jobs without a result; 0 while another coordinator is active
 * @param workers how many workers are alive, by their presence messages
 * @param reconnects how often a lost connection to the broker was opened again
 * @param refused how many messages were refused as not believable
 */
public record CoordinatorHealth(
    boolean isActive, int owed, int workers, long reconnects, long refused) {}
