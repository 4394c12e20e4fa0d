package ci.assay.notify;

import ci.assay.notify.receiver.Answer;
import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait after tries in vain: twice as long each time.
 *
 * @param first after the first one
 * @param longest never longer, but where a receiver asks for it
 * @param stopped at least, where a person has to change something
 */
record Pace(Duration first, Duration longest, Duration stopped) {

  static final Pace USUAL =
      new Pace(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(15));

  /**
   * The wait after an answer that is not that it arrived.
   *
   * @param failures in a row, this one included
   */
  Duration after(Answer answer, int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 20);
    Duration wait = least(first.multipliedBy(1L << doublings), longest);
    if (answer instanceof Answer.Stopped) {
      return most(wait, stopped);
    }
    return answer instanceof Answer.Later later && later.pause() != null
        ? most(wait, Objects.requireNonNull(later.pause()))
        : wait;
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
