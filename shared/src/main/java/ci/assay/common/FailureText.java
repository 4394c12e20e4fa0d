package ci.assay.common;

/** Describes failures in one line. */
public final class FailureText {

  private FailureText() {}

  /**
   * The first line of the innermost message in the chain of causes; the class name where there is
   * none.
   */
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
