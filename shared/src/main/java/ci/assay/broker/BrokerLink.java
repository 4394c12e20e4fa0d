package ci.assay.broker;

import ci.assay.model.CannotRunException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One supervised connection: it connects, and connects again whenever it is lost, until it is
 * closed. (The client's own recovery is off; docs/rationale.md says why.) A broker that is not
 * there yet is waited for; a broker that refuses us at the very first try (login, virtual host,
 * TLS) is reported as {@link CannotRunException}, since waiting would not mend it. Logs one line
 * per change of state, none per try. Safe for use by many threads.
 */
public final class BrokerLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BrokerLink.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Connector connector;
  private final Backoff backoff;
  private final String purpose;
  private final boolean announces;
  private final Thread supervisor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Connection connection;
  private @Nullable CannotRunException refusal;
  private boolean wasOpenOnce;
  private boolean closed;
  private volatile boolean blocked;

  private BrokerLink(BrokerAddress address, String name, String purpose, boolean announces) {
    this.connector = new Connector(address, name);
    this.backoff = Backoff.CONNECTION;
    this.purpose = purpose;
    this.announces = announces;
    this.supervisor = new Thread(this::supervise, name + " link");
    supervisor.setDaemon(true);
  }

  /**
   * A link to publish on.
   *
   * @param name who we are, as people read it in the broker's management page: {@code assay worker
   *     host-1}
   */
  public static BrokerLink forPublishing(BrokerAddress address, String name) {
    return new BrokerLink(address, name + " (publishing)", "publishing", false);
  }

  /** A link of someone who only publishes; this one announces that the broker came or went. */
  public static BrokerLink forPublishingOnly(BrokerAddress address, String name) {
    return new BrokerLink(address, name + " (publishing)", "publishing", true);
  }

  /** A link to consume on; this one announces on the log that the broker came or went. */
  public static BrokerLink forConsuming(BrokerAddress address, String name) {
    return new BrokerLink(address, name + " (consuming)", "consuming", true);
  }

  /** Begins to connect, in the background. */
  public void start() {
    supervisor.start();
  }

  /**
   * Waits until the link is open.
   *
   * @throws CannotRunException when the broker refused us, or the link was closed meanwhile
   */
  public Connection awaitOpen() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (refusal != null) {
          throw refusal;
        }
        if (closed) {
          throw new CannotRunException("the link to " + connector.address() + " is closed");
        }
        if (connection != null && connection.isOpen()) {
          return connection;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is an open connection now. */
  public boolean isOpen() {
    lock.lock();
    try {
      return connection != null && connection.isOpen();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the broker takes no messages from us now (memory or disk alarm). */
  public boolean isBlocked() {
    return blocked;
  }

  /** Closes the connection and stops; waits a few seconds at most. */
  @Override
  public void close() {
    Connection open;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      open = connection;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    supervisor.interrupt();
    if (open != null) {
      open.abort((int) CLOSE_LIMIT.toMillis());
    }
  }

  private void supervise() {
    int failures = 0;
    while (!isClosed()) {
      try {
        failures = connect(failures) ? 0 : failures + 1;
        if (failures > 0) {
          TimeUnit.MILLISECONDS.sleep(backoff.after(failures).toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Connects and stays until the connection is lost; false when it could not be had. */
  private boolean connect(int failures) throws InterruptedException {
    try {
      serve(connector.connect());
      return true;
    } catch (IOException | TimeoutException e) {
      CannotRunException refused = connector.refusal(e);
      if (refused != null && !wasOpenOnce) {
        giveUp(refused);
      } else if (failures == 0 && announces) {
        log.warn("waiting for the broker at {}: {}", connector.address(), Connector.explain(e));
      }
      return false;
    }
  }

  private void serve(Connection opened) throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    opened.addShutdownListener(cause -> lost.countDown());
    opened.addBlockedListener(this::blockedBy, this::unblocked);
    if (!adopt(opened)) {
      opened.abort();
      return;
    }
    lost.await();
    adopt(null);
    blocked = false;
    if (!isClosed() && announces) {
      log.warn("lost the broker at {}: {}", connector.address(), reason(opened));
    }
  }

  private boolean adopt(@Nullable Connection opened) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      connection = opened;
      wasOpenOnce |= opened != null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (opened != null && announces) {
      log.info("connected to {} at {}", Dialect.describe(opened), connector.address());
    }
    return true;
  }

  private void giveUp(CannotRunException refused) {
    lock.lock();
    try {
      refusal = refused;
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void blockedBy(String reason) {
    blocked = true;
    log.warn("the broker takes no messages for {} now: {}", purpose, reason);
  }

  private void unblocked() {
    blocked = false;
    log.info("the broker takes messages for {} again", purpose);
  }

  private static String reason(Connection lost) {
    ShutdownSignalException cause = lost.getCloseReason();
    return cause == null ? "connection closed" : Connector.explain(cause);
  }
}
