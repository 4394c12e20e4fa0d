package ci.assay.web.limit;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.jspecify.annotations.Nullable;

/**
 * One connection and what it is at. Safe for use by many threads, of which one calls {@link
 * #isOverdue}.
 */
final class Link {

  /** Whoever takes less in a second holds up what others could use. */
  private static final long LEAST_BYTES = 1024;

  /** What it is at. */
  enum State {
    /** It is to send the head of a request. */
    IDLE,
    /** It is to send the body. */
    READING,
    /** It is to be answered. */
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
   * @param quota of which it takes one
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
   * Has something done when the connection is gone, at once if it is by now. A request whose body
   * was cut off is never said to be completed. Of several actions the last one counts.
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

  /** Whether we have waited for the client for too long. */
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
      // it is gone, which was wanted
    }
  }
}
