package ci.assay.worker.checkout;

/** The commit itself is wrong, so that trying again would not help. */
public final class RefusedCommitException extends Exception {

  private static final long serialVersionUID = 1L;

  public RefusedCommitException(String message) {
    super(message);
  }
}
