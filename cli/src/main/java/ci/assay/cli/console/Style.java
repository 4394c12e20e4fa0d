package ci.assay.cli.console;

import ci.assay.model.Outcome;
import ci.assay.model.State;

/**
 * Colours and signs for a terminal.
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

  /** The state's sign and words: {@code ✔ passed}, in its colour. */
  public String state(State state) {
    return wrap(colour(state), sign(state) + " " + state.text());
  }

  /** The sign and words of an outcome, in its colour. */
  public String outcome(Outcome outcome) {
    return state(State.of(outcome));
  }

  /** Text in the colour of good news. */
  public String good(String text) {
    return wrap("32", text);
  }

  /** Text in the colour of bad news. */
  public String bad(String text) {
    return wrap("31", text);
  }

  /** Text in the colour of a warning. */
  public String odd(String text) {
    return wrap("33", text);
  }

  private static String sign(State state) {
    return switch (state) {
      case WAITING -> "…";
      case RUNNING -> "▸";
      case PASSED -> "✔";
      case FAILED -> "✘";
      case ERRORED -> "!";
      case TIMED_OUT -> "⧖";
      case CANCELLED -> "⊘";
      case SKIPPED -> "-";
    };
  }

  private static String colour(State state) {
    return switch (state) {
      case RUNNING -> "36";
      case PASSED -> "32";
      case FAILED -> "31";
      case ERRORED -> "35";
      case TIMED_OUT -> "33";
      case WAITING, CANCELLED, SKIPPED -> "2";
    };
  }

  private String wrap(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
