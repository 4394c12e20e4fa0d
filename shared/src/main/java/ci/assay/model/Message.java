package ci.assay.model;

/**
 * A message that is sent as JSON through the broker: jobs, results, and what the programs tell each
 * other about them. Pieces of logs are sent as bytes and are not among these.
 */
public interface Message {}
