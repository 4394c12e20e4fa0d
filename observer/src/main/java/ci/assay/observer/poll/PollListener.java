package ci.assay.observer.poll;

/**
 * Is told of each look at a repository, on the thread that looked: several at once, and often, so
 * an implementation returns at once and is safe for use by many threads.
 */
@FunctionalInterface
public interface PollListener {

  /**
   * A repository was looked at.
   *
   * @param isWell whether it could be read
   */
  void polled(String repository, boolean isWell);

  /** Nobody listens. */
  static PollListener none() {
    return (repository, isWell) -> {};
  }
}
