package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher of a job. Pieces may arrive twice and with gaps; the listener gets each byte once and
 * in order. For use by one thread, except {@link #next}, which any thread may call.
 */
final class LiveWatcher {

  private static final Logger log = LoggerFactory.getLogger(LiveWatcher.class);

  /** A gap that is not filled within this time after the request is given up. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long NOTHING = -1;

  private final LiveListener listener;
  private @Nullable String run;
  private volatile long next;
  private boolean isOver;
  private long asked = NOTHING;
  private long askedAt;

  /**
   * @param from how many bytes the listener has already
   */
  LiveWatcher(LiveListener listener, long from) {
    this.listener = listener;
    this.next = from;
  }

  /** The position of the first byte that the listener has not got. */
  long next() {
    return next;
  }

  /**
   * A piece arrived.
   *
   * @param nanos the current time of the monotonic clock
   * @return whether there is a new gap before it, which must be asked for
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
    passOn(piece);
    return false;
  }

  /**
   * Run ids sort by the time of their start, so a run with a smaller id is over, or gives way to
   * this one.
   */
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

  private void passOn(LiveLogPiece piece) {
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
