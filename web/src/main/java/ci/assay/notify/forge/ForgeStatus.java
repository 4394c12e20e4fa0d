package ci.assay.notify.forge;

import ci.assay.common.Texts;
import ci.assay.model.Outcome;
import ci.assay.notify.receiver.Notice;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status of a commit, before it is put into the terms of a forge.
 *
 * @param context the name by which forges tell the statuses of several systems apart
 * @param text the text for people, not yet cut to the forge's limit
 * @param page the URL of the commit's page; null if the address of the pages is not configured
 */
record ForgeStatus(State state, String context, String text, @Nullable String page) {

  /** The states that all forges have in some form. */
  enum State {
    PENDING,
    /** Passed, or skipped: a required status must not block a merge for that. */
    SUCCESS,
    /** Failed or timed out. */
    FAILURE,
    /** Errored. */
    ERROR,
    /** Cancelled by a person. */
    CANCELLED
  }

  static ForgeStatus of(Notice notice, String context) {
    Notice.Verdict verdict = notice.verdict();
    return verdict == null
        ? new ForgeStatus(State.PENDING, context, "waiting for its verdict", notice.page())
        : new ForgeStatus(state(verdict.outcome()), context, text(verdict), notice.page());
  }

  private static String text(Notice.Verdict verdict) {
    String word = verdict.outcome().word().replace('_', ' ');
    return verdict.summary().equals(word) ? word : word + ": " + verdict.summary();
  }

  private static State state(Outcome outcome) {
    return switch (outcome) {
      case PASSED, SKIPPED -> State.SUCCESS;
      case FAILED, TIMED_OUT -> State.FAILURE;
      case ERRORED -> State.ERROR;
      case CANCELLED -> State.CANCELLED;
    };
  }

  /** The text on one line, cut to a number of characters. */
  String text(int maxLength) {
    return Texts.line(text, maxLength);
  }

  /** Puts the address of the commit's page into the body of a request, if there is one. */
  void putPage(Map<String, Object> body, String key) {
    if (page != null) {
      body.put(key, page);
    }
  }
}
