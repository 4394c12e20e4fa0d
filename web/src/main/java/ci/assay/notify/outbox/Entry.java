package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notice in the outbox.
 *
 * @param sequence in the order in which they were noted
 * @param subject which commit it is about
 * @param body the notice, as JSON
 * @param progress what became of it
 */
public record Entry(
    long sequence, String id, Address address, Subject subject, String body, Progress progress) {

  /** By which rule, and in which lane. */
  public record Address(String rule, String lane) {}

  /** What it is about. */
  public record Subject(String repository, String commit, String kind) {}

  /**
   * What became of it.
   *
   * @param createdAt when it was noted, or last asked for again
   * @param triedAt when it was last tried; null for never
   * @param said what came of the last try; null for none
   */
  public record Progress(
      State state,
      int tries,
      Instant createdAt,
      @Nullable Instant triedAt,
      @Nullable String said) {}

  /** What became of one. */
  public enum State {
    PENDING,
    TOLD,
    /** A newer state of the same commit was told, or is to be, instead. */
    OVERTAKEN,
    GIVEN_UP;

    /** For files, programs and people. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
