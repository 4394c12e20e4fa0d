package ci.assay.common;

import org.jspecify.annotations.Nullable;

/** Root of the failures that Assay itself reports; the message is written for people. */
public abstract sealed class AssayException extends RuntimeException
    permits InvalidInputException, CannotRunException {

  private static final long serialVersionUID = 1L;

  AssayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  AssayException(String message) {
    super(message);
  }
}
