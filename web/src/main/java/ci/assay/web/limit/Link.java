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

  /** What is expected next. */
  enum State {
    /** The client is to send the header of a request. */
    IDLE,
    /** The client is to send the body. */
    READING,
    /** The request is being answered. */
    ANSWERING
  }

  final SocketChannel channel;
  final String address;
  final Quota quota;
  final boolean isSpare;
  private volatile @Nullable SocketChannelEndPoint endPoint;
  private volatile State state = State.IDLE;
  private volatile long since = System.nanoTime();
  private boolean isSlow;
  private long slowSince;
  private long sentThen;
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

  /** Whether the client is too slow. */
  boolean isOverdue(WebLimits limits, long now) {
    return switch (state) {
      case IDLE -> now - since > (isSpare ? limits.patience() : limits.idle()).toNanos();
      case READING -> now - since > limits.patience().toNanos();
      case ANSWERING -> takesTooLittle(limits.patience(), now);
    };
  }

  private boolean takesTooLittle(Duration patience, long now) {
    SocketChannelEndPoint to = endPoint;
    if (to == null || to.getConnection() == null || !to.getWriteFlusher().isPending()) {
      isSlow = false;
      return false;
    }
    long sent = to.getConnection().getBytesOut();
    if (!isSlow) {
      isSlow = true;
      slowSince = now;
      sentThen = sent;
    }
    if (now - slowSince <= patience.toNanos()) {
      return false;
    }
    isSlow = false;
    return sent - sentThen < LEAST_BYTES * patience.toSeconds();
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
