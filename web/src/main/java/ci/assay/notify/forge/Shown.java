package ci.assay.notify.forge;

import ci.assay.common.Texts;
import ci.assay.model.Outcome;
import ci.assay.notify.receiver.Notice;
import org.jspecify.annotations.Nullable;

/**
 * What a forge shows of a commit.
 *
 * @param context by which forges tell statuses of several systems apart
 * @param text for people; to be cut to the forge's limit
 * @param page where there is more; null where nobody said where pages are
 */
record Shown(Light light, String context, String text, @Nullable String page) {

  /** What all forges know in some way. */
  enum Light {
    PENDING,
    /** Passed; or skipped, which must not hold up whoever requires a status. */
    GREEN,
    /** The tests said no, or took too long. */
    RED,
    /** It could not be tested. */
    TROUBLE,
    /** Somebody ended it. */
    CANCELLED
  }

  static Shown of(Notice notice, String context) {
    Notice.Verdict verdict = notice.verdict();
    return verdict == null
        ? new Shown(Light.PENDING, context, "waiting for its verdict", notice.page())
        : new Shown(light(verdict.outcome()), context, text(verdict), notice.page());
  }

  private static String text(Notice.Verdict verdict) {
    String word = verdict.outcome().word().replace('_', ' ');
    return verdict.summary().equals(word) ? word : word + ": " + verdict.summary();
  }

  private static Light light(Outcome outcome) {
    return switch (outcome) {
      case PASSED, SKIPPED -> Light.GREEN;
      case FAILED, TIMED_OUT -> Light.RED;
      case ERRORED -> Light.TROUBLE;
      case CANCELLED -> Light.CANCELLED;
    };
  }

  /** The text on one line, at most so long. */
  String text(int most) {
    return Texts.line(text, most);
  }
}
