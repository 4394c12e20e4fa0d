package ci.assay.worker;

/** What is wrong is in the commit itself, so that trying again would not help. */
final class RefusedCommitException extends Exception {

  private static final long serialVersionUID = 1L;

  RefusedCommitException(String message) {
    super(message);
  }
}
