package ci.assay.web.limit;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.jspecify.annotations.Nullable;

/** One connection and its state. Thread-safe, but {@link #isOverdue} is for one thread only. */
final class Link {

  /** The least bytes per second that a client must read. */
  private static final long LEAST_BYTES = 1024;

  /** The same of an answer while other requests wait for a turn. */
  private static final long LEAST_BYTES_OF_CROWD = 64 * 1024;

  private static final Duration PATIENCE_OF_CROWD = Duration.ofSeconds(2);

  /** What is expected next. */
  enum State {
    /** The client is to send the header of a request. */
    IDLE,
    /** The client is to send the body. */
    READING,
    /** The request is being answered, or waits for its turn. */
    ANSWERING,
    /** A stream or a long file is being sent, for which nobody waits. */
    SENDING
  }

  final SocketChannel channel;
  final String address;
  final Quota quota;
  final boolean isSpare;
  private volatile @Nullable SocketChannelEndPoint endPoint;
  private volatile State state = State.IDLE;
  private volatile long since = System.nanoTime();
  private final Pace usual = new Pace();
  private final Pace crowded = new Pace();
  private boolean isGone;
  private @Nullable Runnable whenGone;

  /**
   * @param quota that it was taken from
   */
  Link(SocketChannel channel, String address, Quota quota, boolean isSpare) {
    this.channel = channel;
    this.address = address;
    this.quota = quota;
    this.isSpare = isSpare;
  }

  void opened(SocketChannelEndPoint opened) {
    endPoint = opened;
  }

  void is(State next) {
    since = System.nanoTime();
    state = next;
  }

  /**
   * Sets an action for when the connection is closed, and runs it at once if it already is. This is
   * needed because Jetty does not report a request as completed when its body was cut off. A later
   * action replaces an earlier one.
   */
  synchronized void whenGone(Runnable action) {
    whenGone = action;
    if (isGone) {
      action.run();
    }
  }

  synchronized void gone() {
    isGone = true;
    if (whenGone != null) {
      whenGone.run();
    }
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  long since() {
    return since;
  }

  /**
   * Whether the client is too slow.
   *
   * @param isCrowded whether other requests wait for a turn, which this one may have
   */
  boolean isOverdue(WebLimits limits, boolean isCrowded, long now) {
    return switch (state) {
      case IDLE -> now - since > (isSpare ? limits.patience() : limits.idle()).toNanos();
      case READING -> now - since > limits.patience().toNanos();
      case ANSWERING -> {
        boolean isSlow = takesLessThan(LEAST_BYTES, usual, limits.patience(), now);
        boolean isInTheWay = takesLessThan(LEAST_BYTES_OF_CROWD, crowded, PATIENCE_OF_CROWD, now);
        yield isSlow || (isInTheWay && isCrowded);
      }
      case SENDING -> takesLessThan(LEAST_BYTES, usual, limits.patience(), now);
    };
  }

  private boolean takesLessThan(long least, Pace pace, Duration patience, long now) {
    SocketChannelEndPoint to = endPoint;
    if (to == null || to.getConnection() == null || !to.getWriteFlusher().isPending()) {
      pace.isTaken = false;
      return false;
    }
    return pace.isBelow(least, patience, to.getConnection().getBytesOut(), now);
  }

  /** How much was sent since a time at which the client did not take all. */
  private static final class Pace {
    private boolean isTaken;
    private long since;
    private long sentThen;

    /** Whether less was sent within that time; false until it is over. */
    boolean isBelow(long least, Duration time, long sent, long now) {
      if (!isTaken) {
        isTaken = true;
        since = now;
        sentThen = sent;
      }
      if (now - since <= time.toNanos()) {
        return false;
      }
      isTaken = false;
      return sent - sentThen < least * time.toSeconds();
    }
  }

  void close() {
    SocketChannelEndPoint open = endPoint;
    if (open != null) {
      open.close(new EofException("the client was too slow"));
    }
    try {
      channel.close();
    } catch (IOException e) {
      // closed anyway
    }
  }
}
