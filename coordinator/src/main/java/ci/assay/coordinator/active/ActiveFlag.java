package ci.assay.coordinator.active;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether this coordinator is the active one. The results queue has a single active consumer, so
 * whoever receives something from it is. Nothing tells when that is over, so it ends with the
 * consumption or the connection, and when nothing has come for too long: ticks come all the time.
 * Safe for use by many threads.
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
   * @param silence after which it is over
   * @param whenActive is run each time that it begins, and shall be quick
   * @param nanos as {@link System#nanoTime}
   */
  public ActiveFlag(
      Duration silence, BooleanSupplier isConnected, Runnable whenActive, LongSupplier nanos) {
    this.silence = silence;
    this.isConnected = isConnected;
    this.whenActive = whenActive;
    this.nanos = nanos;
  }

  /** Whether the results queue is consumed from now on; something in hand may still be handled. */
  public synchronized void consumes(boolean does) {
    isConsuming = does;
    isSet = false;
  }

  /** Something was received from the results queue. */
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

  /** It is over, until something is received. */
  synchronized void drop() {
    isSet = false;
  }

  public synchronized boolean isActive() {
    return isSet && silentFor().compareTo(silence) < 0 && isConnected.getAsBoolean();
  }

  /** For how long; zero when it is not. */
  public synchronized Duration activeFor() {
    return isActive() ? Duration.ofNanos(nanos.getAsLong() - since) : Duration.ZERO;
  }

  /** For how long nothing has been received. */
  synchronized Duration silentFor() {
    return Duration.ofNanos(nanos.getAsLong() - heardAt);
  }
}
