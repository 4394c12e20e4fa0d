package ci.assay.model;

/** What travels as JSON through the broker. Log pieces are not among them: they are bytes. */
public sealed interface Message permits Job, Started, Result {

  /** The job it is about. */
  JobId id();
}
