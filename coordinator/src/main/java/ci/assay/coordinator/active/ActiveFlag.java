package ci.assay.coordinator.active;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether this coordinator is the active one. The results queue has a single active consumer, so
 * the coordinator that receives messages from it is active. The broker does not tell a consumer
 * that another one became active. So the flag ends with the consumption or the connection, and when
 * no message has come for too long, since ticks come all the time. Safe for use by many threads.
 */
public final class ActiveFlag {

  private final Duration silence;
  private final BooleanSupplier isConnected;
  private final Runnable whenActive;
  private final LongSupplier nanos;
  private boolean isConsuming;
  private boolean isSet;
  private long heardAt;
  private long since;

  /**
   * @param silence the time without a message after which this coordinator is not active any more
   * @param isConnected whether the connection that consumes is open
   * @param whenActive runs each time this coordinator becomes active; it must return quickly
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public ActiveFlag(
      Duration silence, BooleanSupplier isConnected, Runnable whenActive, LongSupplier nanos) {
    this.silence = silence;
    this.isConnected = isConnected;
    this.whenActive = whenActive;
    this.nanos = nanos;
  }

  /**
   * Tells whether the results queue is consumed from now on. After the end, deliveries in hand may
   * still be handled.
   */
  public synchronized void consumes(boolean does) {
    isConsuming = does;
    isSet = false;
  }

  /** A message was received from the results queue. */
  public void received() {
    boolean begins;
    synchronized (this) {
      if (!isConsuming) {
        return;
      }
      begins = !isActive();
      heardAt = nanos.getAsLong();
      isSet = true;
      since = begins ? heardAt : since;
    }
    if (begins) {
      whenActive.run();
    }
  }

  /** Ends the activity until the next message is received. */
  synchronized void drop() {
    isSet = false;
  }

  public synchronized boolean isActive() {
    return isSet && silentFor().compareTo(silence) < 0 && isConnected.getAsBoolean();
  }

  /** For how long this coordinator has been active; zero when it is not. */
  public synchronized Duration activeFor() {
    return isActive() ? Duration.ofNanos(nanos.getAsLong() - since) : Duration.ZERO;
  }

  /** The time since the last message. */
  synchronized Duration silentFor() {
    return Duration.ofNanos(nanos.getAsLong() - heardAt);
  }
}
