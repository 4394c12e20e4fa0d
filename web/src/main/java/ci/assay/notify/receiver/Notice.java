package ci.assay.notify.receiver;

import ci.assay.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, as it is told: everything that a message may say of it, so that nothing
 * has to be looked up when it is sent. Immutable; less than 10 kB as JSON.
 *
 * @param verdict null while the commit has none
 * @param before how the branch stood before; null where that is of no consequence, or unknown
 * @param why lines that say why it failed; none where it did not
 * @param page the address of the commit's page; null where nobody said where pages are
 */
public record Notice(
    Kind kind,
    About about,
    @Nullable Verdict verdict,
    @Nullable Before before,
    List<String> why,
    @Nullable String page) {

  /** What happened. */
  public enum Kind {
    /** A commit was queued and has no verdict yet. */
    WAITING,
    /** A commit has its verdict, or after a rerun another one. */
    VERDICT,
    /** A branch passed, or nothing was known of it, and fails since this commit. */
    BROKE,
    /** A branch has been failing for a day, since this commit. */
    STILL_BROKEN,
    /** A branch failed, and passes since this commit. */
    MENDED,
    /** Nothing: somebody tries whether messages arrive. */
    TEST;

    /** For programs: {@code still_broken}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Which commit it is about.
   *
   * @param url of the repository, without a login
   * @param ref on which it was first seen
   * @param subject of its message, on one line; null where that is not known
   * @param author the name; null where that is not known
   */
  public record About(
      String repository,
      String url,
      String commit,
      String ref,
      @Nullable String subject,
      @Nullable String author) {

    /** {@code refs/heads/main} is {@code main} to people. */
    public String branch() {
      return ref.replaceFirst("^refs/heads/", "").replaceFirst("^refs/", "");
    }

    /** The beginning of the commit's id. */
    public String brief() {
      return commit.substring(0, Math.min(10, commit.length()));
    }
  }

  /** What the verdict says. */
  public record Verdict(Outcome outcome, String summary, Instant finishedAt) {}

  /**
   * How the branch stood before, and since when.
   *
   * @param commit the last one that passed; for one that mended the branch, the one that had broken
   *     it; null where that is not known
   * @param since the branch failed; null for one that breaks
   */
  public record Before(@Nullable String commit, @Nullable Instant since) {}

  public Notice {
    why = List.copyOf(why);
  }

  public @Nullable Outcome outcome() {
    return verdict == null ? null : verdict.outcome();
  }
}
