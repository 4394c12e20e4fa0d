package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who watches a job: of what comes, twice and with gaps, he is told each byte once and in
 * order. Used by one thread; {@link #next} by any.
 */
final class LiveWatcher {

  private static final Logger log = LoggerFactory.getLogger(LiveWatcher.class);

  /** What was asked for and has not come by then is not to be had any more. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long NOTHING = -1;

  private final LiveListener listener;
  private @Nullable String run;
  private volatile long next;
  private boolean isOver;
  private long asked = NOTHING;
  private long askedAt;

  /**
   * @param from how many bytes he has already
   */
  LiveWatcher(LiveListener listener, long from) {
    this.listener = listener;
    this.next = from;
  }

  /** The first byte that he has not been told. */
  long next() {
    return next;
  }

  /**
   * Something came.
   *
   * @param nanos the time now
   * @return whether there is a gap before it, which is to be asked for
   */
  boolean received(LiveLogPiece piece, long nanos) {
    if (!isOfThisRun(piece.run())) {
      return false;
    }
    if (piece.isEnd()) {
      end(piece);
      return false;
    }
    if (piece.offset() > next && mayStillCome(nanos)) {
      boolean isNew = asked != next;
      askedAt = isNew ? nanos : askedAt;
      asked = next;
      return isNew;
    }
    tell(piece);
    return false;
  }

  /** Runs are named by the time of their start: one that began before is over, or gives way. */
  private boolean isOfThisRun(String other) {
    if (run != null && other.compareTo(run) < 0) {
      return false;
    }
    if (!other.equals(run)) {
      next = run == null ? next : 0;
      run = other;
      isOver = false;
      asked = NOTHING;
    }
    return true;
  }

  private boolean mayStillCome(long nanos) {
    return asked != next || nanos - askedAt < PATIENCE.toNanos();
  }

  private void end(LiveLogPiece piece) {
    if (!isOver) {
      isOver = true;
      call(piece.run(), Math.max(next, piece.offset()), new byte[0], true);
    }
  }

  private void tell(LiveLogPiece piece) {
    long skipped = Math.max(0, next - piece.offset());
    if (skipped < piece.text().length) {
      byte[] rest =
          skipped == 0
              ? piece.text()
              : Arrays.copyOfRange(piece.text(), (int) skipped, piece.text().length);
      long offset = piece.offset() + skipped;
      next = offset + rest.length;
      call(piece.run(), offset, rest, false);
    }
  }

  private void call(String of, long offset, byte[] text, boolean end) {
    try {
      listener.received(of, offset, text, end);
    } catch (RuntimeException e) {
      log.error("a listener of the log of run {} failed", of, e);
    }
  }
}
