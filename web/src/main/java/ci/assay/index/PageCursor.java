package ci.assay.index;

import ci.assay.common.InvalidInputException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page of commits, newest first, ends and the next one begins. */
public record PageCursor(long queuedAt, long id) {

  /** The beginning: before the newest commit. */
  public static final PageCursor START = new PageCursor(Long.MAX_VALUE, Long.MAX_VALUE);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  /** The cursor after this commit. */
  public static PageCursor after(CommitLine commit) {
    return new PageCursor(commit.queuedAt().toEpochMilli(), commit.id());
  }

  /** The cursor after all commits that were queued at this time or later. */
  public static PageCursor before(Instant time) {
    return new PageCursor(time.toEpochMilli(), 0);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws InvalidInputException when the text has another form
   */
  public static PageCursor parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "cursor '" + text + "' is not one that this server gave; begin without one");
    }
    return new PageCursor(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    return queuedAt + "-" + id;
  }
}
