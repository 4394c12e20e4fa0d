package ci.assay.notify.receiver;

/** One that is told. Safe for use by many threads. */
public interface Receiver {

  /**
   * Tells one notice; returns within a bounded time whatever the receiver does.
   *
   * @throws InterruptedException when this thread is to end; it may have arrived
   */
  Answer tell(Message message) throws InterruptedException;

  /**
   * Finds out, without telling anything, whether it would take what is sent.
   *
   * @param repositoryUrl of a repository that it is to be told of; empty where none is known
   * @return the answer, or that nothing is known before something is told
   */
  default Answer probe(String repositoryUrl) throws InterruptedException {
    return new Answer.Told("nothing was asked; 'assay notifications test' sends one");
  }
}
