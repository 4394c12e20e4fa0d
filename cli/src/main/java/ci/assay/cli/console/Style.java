package ci.assay.cli.console;

import ci.assay.model.Outcome;

/**
 * Colours and signs, or none.
 *
 * @param colours whether text is coloured at all
 */
public record Style(boolean colours) {

  private static final String RESET = "\u001b[0m";

  public String bold(String text) {
    return wrap("1", text);
  }

  public String faint(String text) {
    return wrap("2", text);
  }

  /** The outcome's sign and word: {@code ✔ passed}, in its colour. */
  public String outcome(Outcome outcome) {
    return wrap(colour(outcome), sign(outcome) + " " + outcome.word());
  }

  /** Text in the colour of good news. */
  public String good(String text) {
    return wrap("32", text);
  }

  /** Text in the colour of bad news. */
  public String bad(String text) {
    return wrap("31", text);
  }

  /** Text in the colour of a thing to look at. */
  public String odd(String text) {
    return wrap("33", text);
  }

  private static String sign(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "✔";
      case FAILED -> "✘";
      case ERRORED -> "!";
      case TIMED_OUT -> "⧖";
      case CANCELLED -> "⊘";
      case SKIPPED -> "-";
    };
  }

  private static String colour(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "32";
      case FAILED -> "31";
      case ERRORED -> "35";
      case TIMED_OUT -> "33";
      case CANCELLED, SKIPPED -> "2";
    };
  }

  private String wrap(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
