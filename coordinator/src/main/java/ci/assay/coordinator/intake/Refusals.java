package ci.assay.coordinator.intake;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs messages that are not believed. It logs at most one line a minute for each
 * reason, since a sender of such messages may send many. Safe for use by many threads.
 */
final class Refusals {

  /** Why a message is not believed. */
  enum Reason {
    JOB_FROM_ELSEWHERE("a job that did not come by the exchange assay.jobs"),
    OTHER_SENDER("in the name of a worker for which its sender's broker user may not speak"),
    REFS_FROM_ELSEWHERE("a list of refs that did not come by the exchange assay.jobs"),
    UNKNOWN_JOB("about a job that nobody queued"),
    OTHER_JOB("a result of another job than the one that was queued under its id"),
    LATE_RUN("a result of a job that has one, of a run that is not known to have begun"),
    UNKNOWN_RUN("a result of a run that is not known to have begun"),
    OTHER_WORKER("of a run that was permitted to another worker, or began there"),
    OTHER_RUN("a result of a run that nobody permitted, while a permitted one is under way"),
    TOO_MUCH("more messages about one job than its runs can send");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final long BETWEEN_LINES = 60_000_000_000L;

  private final LongSupplier nanos;
  private final Map<Reason, Tally> tallies = new EnumMap<>(Reason.class);

  private static final class Tally {
    private long total;
    private long logged;
    private long nextLine;
  }

  /**
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  Refusals(LongSupplier nanos) {
    this.nanos = nanos;
    long now = nanos.getAsLong();
    for (Reason reason : Reason.values()) {
      Tally tally = new Tally();
      tally.nextLine = now;
      tallies.put(reason, tally);
    }
  }

  /**
   * Counts a message.
   *
   * @param about what the message was about, for people
   */
  synchronized void add(Reason reason, Object about) {
    Tally tally = tallies.get(reason);
    if (tally == null) {
      throw new IllegalStateException("no tally of " + reason);
    }
    tally.total++;
    long now = nanos.getAsLong();
    if (now - tally.nextLine >= 0) {
      log.warn(
          "{}: not believed: {} ({} such messages since this was last logged)",
          about,
          reason.words(),
          tally.total - tally.logged);
      tally.logged = tally.total;
      tally.nextLine = now + BETWEEN_LINES;
    }
  }

  /** The number of all messages that were not believed. */
  synchronized long count() {
    return tallies.values().stream().mapToLong(tally -> tally.total).sum();
  }
}
