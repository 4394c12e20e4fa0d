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
 * One supervised connection to the broker, which is opened again whenever it is lost, until {@link
 * #close}. (The client's own recovery is off; docs/rationale.md says why.) While the broker cannot
 * be reached, it keeps trying. When the broker refuses us before any connection was open (login,
 * virtual host, TLS), {@link #awaitOpen} throws {@link CannotRunException}, since waiting would not
 * help. Logs one line per change of state, none per attempt. Safe for use by many threads.
 */
public final class BrokerConnection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Connector connector;
  private final ConnectionLog connectionLog;
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
    this.connectionLog = new ConnectionLog(log, name, address, silence);
    this.supervisor = Threads.daemon(name + " connection", this::supervise);
  }

  /**
   * A connection to publish on, for a program that also has one to consume on. It logs an outage
   * only when it lasts longer than a minute, since most outages hit both connections and the other
   * one logs them.
   *
   * @param name the name of this program, shown on the broker's management page: {@code assay
   *     worker host-1}
   */
  public static BrokerConnection forPublishing(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (publishing)", Duration.ofMinutes(1), Connector.HEARTBEAT);
  }

  /** A connection for a program that only publishes. It logs every outage. */
  public static BrokerConnection forPublishingOnly(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (publishing)", Duration.ZERO, Connector.HEARTBEAT);
  }

  /**
   * A second connection, to receive answers on, for a program that otherwise only publishes. It
   * logs an outage only when it lasts longer than a minute.
   */
  public static BrokerConnection forListening(BrokerAddress address, String name) {
    return new BrokerConnection(
        address, name + " (listening)", Duration.ofMinutes(1), Connector.HEARTBEAT);
  }

  /** A connection to consume on. It logs every outage. */
  public static BrokerConnection forConsuming(BrokerAddress address, String name) {
    return forConsuming(address, name, Connector.HEARTBEAT);
  }

  /**
   * A connection to consume on, with its own heartbeat. A shorter one lets a standby take over
   * sooner: the broker drops a consumer two to three heartbeats after it last heard from it.
   *
   * @param heartbeat rounded down to whole seconds
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
   * Waits until the connection is open.
   *
   * @throws CannotRunException when the broker refused us, or this object was closed meanwhile
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
   * Waits until the connection is open, and returns which queues it leads to.
   *
   * @throws CannotRunException as {@link #awaitOpen}
   */
  public BrokerQueues queues() throws InterruptedException {
    return BrokerQueues.of(awaitOpen(), connector.address());
  }

  /** The broker user that we log in as. */
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

  /** How often a lost connection was opened again. */
  public long reconnects() {
    lock.lock();
    try {
      return reconnects;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the broker blocks publishing now, because of a memory or disk alarm. */
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
    RetryPacer pacer = new RetryPacer(RetryPacer.CONNECTION);
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
        connectionLog.waiting(Connector.explain(e));
      }
    }
  }

  /** An unexpected exception must not leave an open connection behind that nothing supervises. */
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
    connectionLog.connected(Dialect.describe(opened));
    lost.await();
    blocked = false;
    if (!isClosed()) {
      connectionLog.lost(Connector.explain(opened.getCloseReason()));
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
    connectionLog.blocked(reason);
  }

  private void unblocked() {
    blocked = false;
    connectionLog.unblocked();
  }
}
