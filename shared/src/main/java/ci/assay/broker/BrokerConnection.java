package ci.assay.broker;

import ci.assay.common.CannotRunException;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
public final class BrokerConnection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Connector connector;
  private final ConnectionLog speaker;
  private final Thread supervisor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Connection connection;
  private @Nullable CannotRunException refusal;
  private boolean wasOpenOnce;
  private long reconnects;
  private boolean closed;
  private volatile boolean blocked;

  private BrokerConnection(
      BrokerAddress address, String name, Duration silence, Duration heartbeat) {
    this.connector = new Connector(address, name, heartbeat);
    this.speaker = new ConnectionLog(log, name, address, silence);
    this.supervisor = Threads.daemon(name + " connection", this::supervise);
  }

  /**
   * A link to publish on, beside one to consume on: it speaks up only about what lasts, since most
   * of what happens to it happens to the other one too.
   *
   * @param name who we are, as people read it in the broker's management page: {@code assay worker
   *     host-1}
   */
  public static BrokerConnection forPublishing(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (publishing)", Duration.ofMinutes(1), Connector.HEARTBEAT);
  }

  /** A link of someone who only publishes; this one says that the broker came or went. */
  public static BrokerConnection forPublishingOnly(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (publishing)", Duration.ZERO, Connector.HEARTBEAT);
  }

  /** A link of someone who only publishes to hear answers on, beside that; speaks as little. */
  public static BrokerConnection forListening(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (listening)", Duration.ofMinutes(1), Connector.HEARTBEAT);
  }

  /** A link to consume on; this one says that the broker came or went. */
  public static BrokerConnection forConsuming(BrokerAddress address, String name) {
    return forConsuming(address, name, Connector.HEARTBEAT);
  }

  /**
   * The same where somebody waits to take over: the broker gives a consumer up two to three
   * heartbeats after its last sign of life.
   *
   * @param heartbeat in whole seconds
   */
  public static BrokerConnection forConsuming(
      BrokerAddress address, String name, Duration heartbeat) {
    return new BrokerConnection(address, name + " (consuming)", Duration.ZERO, heartbeat);
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
          throw new CannotRunException("the connection to " + connector.address() + " is closed");
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

  /**
   * Waits until the link is open, and says to which queues.
   *
   * @throws CannotRunException as {@link #awaitOpen}
   */
  public BrokerQueues queues() throws InterruptedException {
    return BrokerQueues.of(awaitOpen(), connector.address());
  }

  /** The broker's user that we connect as. */
  public String user() {
    return connector.address().user();
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

  /** How often it was connected again after it had been lost. */
  public long reconnects() {
    lock.lock();
    try {
      return reconnects;
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
    Connection open = markClosed(null);
    supervisor.interrupt();
    if (open != null) {
      connector.close(open, CLOSE_LIMIT);
    }
  }

  private @Nullable Connection markClosed(@Nullable CannotRunException why) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        refusal = why;
      }
      changed.signalAll();
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private void supervise() {
    RetryPacer pacer = new RetryPacer(Backoff.CONNECTION);
    try {
      while (!isClosed()) {
        pacer.begin();
        Steps.lasting("connecting to " + connector.address(), this::connectAndStay);
        pacer.pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connectAndStay() throws InterruptedException {
    try {
      serveOrClose(connector.connect());
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      CannotRunException refused = connector.refusal(e);
      if (refused != null && !wasOpenOnce) {
        markClosed(refused);
      } else if (!isClosed()) {
        speaker.waiting(Connector.explain(e));
      }
    }
  }

  /** What is thrown unforeseen must not leave a connection behind that nobody looks after. */
  private void serveOrClose(Connection opened) throws InterruptedException {
    try {
      serve(opened);
    } catch (RuntimeException | Error e) {
      connector.close(opened, CLOSE_LIMIT);
      throw e;
    }
  }

  private void serve(Connection opened) throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    opened.addBlockedListener(this::blockedBy, this::unblocked);
    opened.addShutdownListener(cause -> lost.countDown());
    if (!adopt(opened)) {
      connector.close(opened, CLOSE_LIMIT);
      return;
    }
    speaker.connected(Dialect.describe(opened));
    lost.await();
    blocked = false;
    if (!isClosed()) {
      speaker.lost(Connector.explain(opened.getCloseReason()));
    }
  }

  private boolean adopt(Connection opened) {
    lock.lock();
    try {
      connection = opened;
      reconnects += wasOpenOnce ? 1 : 0;
      wasOpenOnce = true;
      changed.signalAll();
      return !closed;
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
    speaker.blocked(reason);
  }

  private void unblocked() {
    blocked = false;
    speaker.unblocked();
  }
}
