package ci.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param cause why it is not {@code passed} or {@code failed}, in words a person can act on
 * @param exitCode of the command; null when it never ran or did not end by itself
 * @param summary one line for people
 */
public record Conclusion(
    Outcome outcome, @Nullable String cause, @Nullable Integer exitCode, String summary) {

  public Conclusion {
    Names.present("outcome", outcome);
    Names.present("summary", summary);
  }
}
