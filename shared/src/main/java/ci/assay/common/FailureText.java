package ci.assay.common;

/** Failures in one line. */
public final class FailureText {

  private FailureText() {}

  /** The message of the innermost cause, or of what is wrapped around it where it has none. */
  public static String of(Throwable failure) {
    String words = failure.getClass().getSimpleName();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String message = each.getMessage();
      if (message != null && !message.isBlank()) {
        words = message.lines().findFirst().orElse(words).strip();
      }
    }
    return words;
  }
}
