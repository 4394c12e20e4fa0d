package ci.assay.web.view;

import ci.assay.common.Durations;
import ci.assay.common.Texts;
import ci.assay.model.Outcome;
import ci.assay.model.State;
import ci.assay.model.report.CaseOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats values for pages. */
public final class Display {

  private Display() {}

  /**
   * Makes text from a repository or a test safe to read: control characters, and characters that
   * change the direction of the text, are replaced with visible signs. Markup is escaped by the
   * templates.
   */
  public static String text(@Nullable String hostile) {
    if (hostile == null) {
      return "";
    }
    StringBuilder shown = null;
    for (int at = 0; at < hostile.length(); at++) {
      char each = hostile.charAt(at);
      if (isHidden(each)) {
        shown = shown == null ? new StringBuilder(hostile) : shown;
        shown.setCharAt(at, sign(each));
      }
    }
    return shown == null ? hostile : shown.toString();
  }

  private static boolean isHidden(char each) {
    return (Character.isISOControl(each) && each != '\n' && each != '\t')
        || (each >= '\u202A' && each <= '\u202E')
        || (each >= '\u2066' && each <= '\u2069')
        || each == '\u200E'
        || each == '\u200F'
        || each == '\u061C';
  }

  /** The sign for a hidden character; Unicode has symbols for the first control characters. */
  private static char sign(char each) {
    return each < ' ' ? (char) ('\u2400' + each) : '\uFFFD';
  }

  /** The short name of a ref: {@code main} for {@code refs/heads/main}. */
  public static String branch(String ref) {
    return text(ref.replaceFirst("^refs/heads/", "").replaceFirst("^refs/", ""));
  }

  /** The beginning of a commit's id. */
  public static String shortened(String commit) {
    return commit.substring(0, Math.min(10, commit.length()));
  }

  /** {@code timed out}. */
  public static String outcome(Outcome outcome) {
    return State.of(outcome).text();
  }

  /** The name of the style of an outcome. */
  public static String style(Outcome outcome) {
    return State.of(outcome).word();
  }

  /** The sign of a state, for people who cannot see its colour. */
  public static String mark(State state) {
    return switch (state) {
      case WAITING -> "•";
      case RUNNING -> "◐";
      case PASSED -> "✓";
      case FAILED -> "✗";
      case ERRORED -> "!";
      case TIMED_OUT -> "◔";
      case CANCELLED -> "⊘";
      case SKIPPED -> "–";
    };
  }

  /** The sign of a test's outcome. */
  public static String mark(CaseOutcome outcome) {
    return switch (outcome) {
      case PASSED -> "✓";
      case FAILED -> "✗";
      case ERRORED -> "!";
      case SKIPPED -> "–";
    };
  }

  /** {@code 1.2 s}; empty for null. */
  public static String duration(@Nullable Long millis) {
    return millis == null ? "" : Durations.text(Duration.ofMillis(Math.max(0, millis)));
  }

  /** The duration between two times; empty when one is null. */
  public static String between(@Nullable Instant from, @Nullable Instant to) {
    return from == null || to == null ? "" : duration(from.until(to, ChronoUnit.MILLIS));
  }

  /** The date and time in UTC, to the second; empty for null. */
  public static String absolute(@Nullable Instant time) {
    return time == null ? "" : Texts.time(time);
  }

  /** The time of day, with the date if it is not today; in UTC. */
  public static String clock(Instant time, Instant now) {
    String absolute = absolute(time);
    int date = "2026-11-23 ".length();
    return absolute.startsWith(absolute(now).substring(0, date))
        ? absolute.substring(date)
        : absolute;
  }

  /** {@code 3 min ago}. */
  public static String ago(@Nullable Instant time, Instant now) {
    if (time == null) {
      return "";
    }
    long seconds = Math.max(0, time.until(now, ChronoUnit.SECONDS));
    if (seconds < 10) {
      return "just now";
    }
    if (seconds < 90) {
      return seconds + " s ago";
    }
    if (seconds < 90 * 60) {
      return seconds / 60 + " min ago";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
  }

  /** The first line of a command, with {@code …} if there are more. */
  public static String firstLine(String text) {
    int end = text.indexOf('\n');
    return text(end < 0 ? text : text.substring(0, end) + " …");
  }

  /** {@code 12.3 GB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1000) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %cB", value, "kMGTPE".charAt(unit));
  }

  /** {@code 12 tests}. */
  public static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }
}
