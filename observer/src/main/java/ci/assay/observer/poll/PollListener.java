package ci.assay.observer.poll;

/**
 * Is told of each poll of a repository, on the thread that polled. Calls are frequent and come from
 * several threads, so an implementation must return quickly and be safe for use by many threads.
 */
@FunctionalInterface
public interface PollListener {

  /**
   * A repository was polled.
   *
   * @param isWell whether it could be read
   */
  void polled(String repository, boolean isWell);

  /** A listener that does nothing. */
  static PollListener none() {
    return (repository, isWell) -> {};
  }
}
