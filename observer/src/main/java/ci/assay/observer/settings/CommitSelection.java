package ci.assay.observer.settings;

/** Which of a ref's new commits get a job. */
public enum CommitSelection {
  /** Each commit that no ref led to before. */
  EVERY,
  /** Only the one that the ref points at when it is looked at. */
  LATEST
}
