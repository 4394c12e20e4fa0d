package ci.assay.observer.settings;

/** Which of a ref's new commits get a job. */
public enum CommitSelection {
  /** Every commit that was not reachable from any ref before. */
  EVERY,
  /** Only the commit that the ref points at when it is polled. */
  LATEST
}
