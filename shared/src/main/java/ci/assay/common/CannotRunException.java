package ci.assay.common;

/**
 * The input is valid, but something that is needed does not work (broker, disk, permission). The
 * message is one line that says what to do.
 */
public final class CannotRunException extends AssayException {

  private static final long serialVersionUID = 1L;

  public CannotRunException(String message) {
    super(message);
  }

  public CannotRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
