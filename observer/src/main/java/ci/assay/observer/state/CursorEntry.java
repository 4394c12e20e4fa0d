package ci.assay.observer.state;

import ci.assay.model.CommitId;
import java.time.Instant;
import org.eclipse.jgit.lib.ObjectId;

/** One line of a cursor's journal. None is ever changed; later ones supersede earlier ones. */
sealed interface CursorEntry {

  /** After all else of a pending commit; older programs read over it. */
  String TRUSTED = " trusted";

  /** The repository was looked at for the first time: from now on, what appears is new. */
  record Opened(Instant at) implements CursorEntry {
    @Override
    public String toString() {
      return "opened " + at;
    }
  }

  /** All new commits of this ref, up to there, are planned. */
  record Seen(String ref, ObjectId tip) implements CursorEntry {
    @Override
    public String toString() {
      return "seen " + ref + " " + tip.name();
    }
  }

  /** The ref is no longer there. */
  record Gone(String ref) implements CursorEntry {
    @Override
    public String toString() {
      return "gone " + ref;
    }
  }

  /** A tip that a ref once had and no ref leads to now: nothing behind it is new again. */
  record Kept(ObjectId tip) implements CursorEntry {
    @Override
    public String toString() {
      return "kept " + tip.name();
    }
  }

  /** PENDING: owed a job that may not have been published yet. */
  record Pending(PlannedCommit planned) implements CursorEntry {
    @Override
    public String toString() {
      return "pending %s %s %s %s%s"
          .formatted(
              planned.commit(),
              planned.ref(),
              planned.reason(),
              planned.queuedAt(),
              planned.trusted() ? TRUSTED : "");
    }
  }

  /** SENT: the broker has confirmed its job. */
  record Sent(CommitId commit) implements CursorEntry {
    @Override
    public String toString() {
      return "sent " + commit;
    }
  }

  /** JUDGED: its result is stored, so nothing is owed for it any more. */
  record Judged(CommitId commit) implements CursorEntry {
    @Override
    public String toString() {
      return "judged " + commit;
    }
  }

  /**
   * Reads what {@code toString} writes.
   *
   * @throws RuntimeException when it is of another form
   */
  static CursorEntry parse(String line) {
    String[] words = line.split(" ", -1);
    return switch (words[0]) {
      case "opened" -> new Opened(Instant.parse(words[1]));
      case "seen" -> new Seen(words[1], ObjectId.fromString(words[2]));
      case "gone" -> new Gone(words[1]);
      case "kept" -> new Kept(ObjectId.fromString(words[1]));
      case "pending" ->
          new Pending(
              new PlannedCommit(
                  new CommitId(words[1]),
                  words[2],
                  words[3],
                  Instant.parse(words[4]),
                  line.endsWith(TRUSTED)));
      case "sent" -> new Sent(new CommitId(words[1]));
      case "judged" -> new Judged(new CommitId(words[1]));
      default -> throw new IllegalArgumentException("unknown entry '" + words[0] + "'");
    };
  }
}
