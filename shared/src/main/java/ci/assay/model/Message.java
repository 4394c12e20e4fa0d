package ci.assay.model;

/**
 * What travels as JSON through the broker: jobs and their results, and what the programs tell each
 * other about them. Pieces of logs are not among them: they are bytes.
 */
public interface Message {}
