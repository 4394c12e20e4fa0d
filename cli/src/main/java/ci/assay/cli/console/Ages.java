package ci.assay.cli.console;

import java.time.Duration;

/** Formats ages roughly and briefly: {@code 3 min ago}. */
public final class Ages {

  private Ages() {}

  /**
   * Formats an age.
   *
   * @param age a negative one, from a clock that is ahead, counts as now
   */
  public static String text(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < 5) {
      return "now";
    }
    if (seconds < 60) {
      return seconds + " s ago";
    }
    if (seconds < 3_600) {
      return age.toMinutes() + " min ago";
    }
    if (seconds < 86_400) {
      return age.toHours() + " h ago";
    }
    return age.toDays() == 1 ? "1 day ago" : age.toDays() + " days ago";
  }
}
