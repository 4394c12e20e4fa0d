package ci.assay.common;

import org.jspecify.annotations.Nullable;

/**
 * Something that a person typed or wrote is wrong. The message names the thing, its value and how
 * to correct it.
 */
public final class InvalidInputException extends AssayException {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
