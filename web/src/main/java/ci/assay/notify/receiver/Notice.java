package ci.assay.notify.receiver;

import ci.assay.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An event that receivers are notified of, with everything that a message may say about it, so that
 * nothing has to be looked up when it is sent. Immutable; less than 10 kB as JSON.
 *
 * @param verdict null while the commit has none
 * @param before the earlier state of the branch; null if unknown, or if the event is not a change
 * @param why the lines that say why the commit failed; empty if it did not
 * @param page the URL of the commit's page; null if the address of the pages is not configured
 */
public record Notice(
    Kind kind,
    About about,
    @Nullable Verdict verdict,
    @Nullable Before before,
    List<String> why,
    @Nullable String page) {

  /** The kind of event. */
  public enum Kind {
    /** A commit was queued and has no verdict yet. */
    WAITING,
    /** A commit has a verdict: the first one, or another one after a rerun. */
    VERDICT,
    /** A branch passed before this commit, or was unknown, and fails with it. */
    BROKE,
    /** A branch has been failing for a day; the commit is the one that broke it. */
    STILL_BROKEN,
    /** A branch failed before this commit, and passes with it. */
    MENDED,
    /** No event: a test message. */
    TEST;

    /** The name in JSON and in the outbox: {@code still_broken}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The commit that it is about.
   *
   * @param url the address of the repository, without credentials
   * @param ref the ref on which the commit was first seen
   * @param subject the first line of its message; null if unknown
   * @param author the author's name; null if unknown
   */
  public record About(
      String repository,
      String url,
      String commit,
      String ref,
      @Nullable String subject,
      @Nullable String author) {

    /** The ref without {@code refs/heads/} or {@code refs/}. */
    public String branch() {
      return ref.replaceFirst("^refs/heads/", "").replaceFirst("^refs/", "");
    }

    /** The first ten characters of the commit's id. */
    public String brief() {
      return commit.substring(0, Math.min(10, commit.length()));
    }
  }

  /** The verdict. */
  public record Verdict(Outcome outcome, String summary, Instant finishedAt) {}

  /**
   * The earlier state of the branch.
   *
   * @param commit the last commit that passed; for {@code MENDED}, the commit that had broken the
   *     branch; null if unknown
   * @param since when the branch broke; null for {@code BROKE}
   */
  public record Before(@Nullable String commit, @Nullable Instant since) {}

  public Notice {
    why = List.copyOf(why);
  }

  public @Nullable Outcome outcome() {
    return verdict == null ? null : verdict.outcome();
  }
}
