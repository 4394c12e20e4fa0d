package ci.assay.cli.doctor;

/**
 * What came of one check.
 *
 * @param subject what was checked, in a word
 * @param text what was found and, unless it is fine, what to do
 */
public record Finding(Level level, String subject, String text) {

  /** How it looks. */
  public enum Level {
    OK,
    WARN,
    FAIL
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text);
  }

  static Finding warn(String subject, String text) {
    return new Finding(Level.WARN, subject, text);
  }

  static Finding fail(String subject, String text) {
    return new Finding(Level.FAIL, subject, text);
  }
}
