package ci.assay.model;

/** A message that a worker sends in its own name. */
public interface FromWorker extends Message {

  /** The name of the worker that sends it. */
  String worker();
}
