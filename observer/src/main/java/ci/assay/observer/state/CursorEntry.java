package ci.assay.observer.state;

import ci.assay.model.CommitId;
import java.time.Instant;
import org.eclipse.jgit.lib.ObjectId;

/** One line of a cursor's journal. Lines are never changed; later ones supersede earlier ones. */
sealed interface CursorEntry {

  /** The last word of a pending commit; older versions ignore it. */
  String TRUSTED = " trusted";

  /** The repository was polled for the first time: commits that appear later are new. */
  record Opened(Instant at) implements CursorEntry {
    @Override
    public String toString() {
      return "opened " + at;
    }
  }

  /** All new commits of this ref, up to this tip, are planned. */
  record Seen(String ref, ObjectId tip) implements CursorEntry {
    @Override
    public String toString() {
      return "seen " + ref + " " + tip.name();
    }
  }

  /** The ref does not exist any more. */
  record Gone(String ref) implements CursorEntry {
    @Override
    public String toString() {
      return "gone " + ref;
    }
  }

  /** A former tip that is not reachable from any ref now: its history never counts as new again. */
  record Kept(ObjectId tip) implements CursorEntry {
    @Override
    public String toString() {
      return "kept " + tip.name();
    }
  }

  /** PENDING: the commit is to get a job, which may not have been published yet. */
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

  /** SENT: the broker has confirmed the commit's jobs. */
  record Sent(CommitId commit) implements CursorEntry {
    @Override
    public String toString() {
      return "sent " + commit;
    }
  }

  /** JUDGED: the results of all its jobs are stored. */
  record Judged(CommitId commit) implements CursorEntry {
    @Override
    public String toString() {
      return "judged " + commit;
    }
  }

  /**
   * Parses a line that {@code toString} wrote.
   *
   * @throws RuntimeException when the line has another form
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
