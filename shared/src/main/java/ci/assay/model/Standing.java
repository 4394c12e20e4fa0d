package ci.assay.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job, and of one that runs, where and since when.
 *
 * @param worker that runs it; null unless it is running
 * @param since when that run began; null unless it is running
 */
public record Standing(State state, @Nullable String worker, @Nullable Instant since) {

  /** It is queued, and no worker is known to run it. */
  public static final Standing WAITING = new Standing(State.WAITING, null, null);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A worker runs it. */
  public static Standing running(String worker, Instant since) {
    return new Standing(State.RUNNING, worker, since);
  }

  /** It has its result. */
  public static Standing over(Outcome outcome) {
    return new Standing(State.of(outcome), null, null);
  }

  /** For people: {@code running on host-1 since 2026-11-23 10:02:13 UTC}, {@code waiting}. */
  public String text() {
    return worker == null || since == null
        ? state.text()
        : "%s on %s since %s".formatted(state.text(), worker, TIME.format(since));
  }
}
