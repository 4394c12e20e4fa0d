package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notice in the outbox.
 *
 * @param sequence its place in the order in which notices were added
 * @param subject the commit that it is about
 * @param body the notice, as JSON
 * @param progress its state and its tries
 */
public record Entry(
    long sequence, String id, Address address, Subject subject, String body, Progress progress) {

  /**
   * Where it is sent.
   *
   * @param queue notices with the same queue are sent in their order
   */
  public record Address(String rule, String queue) {}

  /** The commit and the kind of event. */
  public record Subject(String repository, String commit, String kind) {}

  /**
   * Its state and its tries.
   *
   * @param createdAt when it was added, or last replayed
   * @param triedAt when it was last tried; null for never
   * @param lastAnswer the result of the last try, on one line; null if there was none
   */
  public record Progress(
      State state,
      int tries,
      Instant createdAt,
      @Nullable Instant triedAt,
      @Nullable String lastAnswer) {}

  /** The state of a notice. */
  public enum State {
    PENDING,
    SENT,
    /** Not sent: a newer status of the same commit takes its place. */
    SUPERSEDED,
    GIVEN_UP;

    /** The name in the database, in JSON and on pages. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
