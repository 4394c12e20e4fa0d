package ci.assay.notify.receiver;

import ci.assay.common.Durations;
import ci.assay.common.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A notice as text for people, without markup. Text from commits is shortened. */
public final class NoticeText {

  private static final int MAX_TITLE_LENGTH = 250;
  private static final int MAX_SUBJECT_LENGTH = 120;

  private NoticeText() {}

  /** The event, on one line. */
  public static String title(Notice notice) {
    Notice.About about = notice.about();
    String branch = about.repository() + " " + about.branch();
    String title =
        switch (notice.kind()) {
          case BROKE -> branch + " is broken since " + commit(about);
          case STILL_BROKEN -> branch + " is still broken, since " + commit(about);
          case MENDED -> branch + " is mended by " + commit(about) + after(notice);
          case VERDICT -> branch + " " + outcome(notice) + ": " + commit(about);
          case WAITING -> branch + " waits: " + commit(about);
          case TEST -> "This is a test of Assay's notifications";
        };
    return Texts.line(title, MAX_TITLE_LENGTH);
  }

  /** The details: the earlier state, and the verdict or the reasons of the failure. */
  public static List<String> lines(Notice notice) {
    List<String> lines = new ArrayList<>();
    Notice.Before before = notice.before();
    Notice.Verdict verdict = notice.verdict();
    if (before != null && before.commit() != null) {
      lines.add(
          (notice.kind() == Notice.Kind.MENDED ? "It was broken by " : "The last that passed is ")
              + brief(before.commit()));
    }
    if (notice.why().isEmpty() && verdict != null) {
      String outcome = outcome(notice);
      boolean saysNoMore = verdict.summary().equals(outcome);
      lines.add(saysNoMore ? outcome : outcome + ": " + verdict.summary());
    }
    lines.addAll(notice.why());
    return List.copyOf(lines);
  }

  private static String outcome(Notice notice) {
    Notice.Verdict verdict = notice.verdict();
    return verdict == null ? "waits" : verdict.outcome().word().replace('_', ' ');
  }

  private static String commit(Notice.About about) {
    String subject =
        about.subject() == null ? "" : " " + Texts.line(about.subject(), MAX_SUBJECT_LENGTH);
    String author = about.author() == null ? "" : " (" + about.author() + ")";
    return about.brief() + subject + author;
  }

  private static String after(Notice notice) {
    Instant since = notice.before() == null ? null : notice.before().since();
    Notice.Verdict verdict = notice.verdict();
    if (since == null || verdict == null || verdict.finishedAt().isBefore(since)) {
      return "";
    }
    Duration time = Duration.between(since, verdict.finishedAt());
    return " after " + Durations.text(Duration.ofSeconds(time.toSeconds()));
  }

  private static String brief(String commit) {
    return commit.substring(0, Math.min(10, commit.length()));
  }
}
