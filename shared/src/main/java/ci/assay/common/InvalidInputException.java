package ci.assay.common;

import org.jspecify.annotations.Nullable;

/** What a person typed or wrote is wrong. The message names the thing, the value and the mend. */
public final class InvalidInputException extends AssayException {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
