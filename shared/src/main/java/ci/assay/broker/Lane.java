package ci.assay.broker;

import ci.assay.model.CannotRunException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's consuming, again and again, and the threads that handle what it brings. It never
 * subscribes while deliveries of a channel that was lost are still in hand, so that it holds
 * nothing that another could run.
 */
final class Lane {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  private final BrokerLink link;
  private final QueueConsumer.Settings settings;
  private final Actor actor;
  private final Thread supervisor;
  private final ExecutorService handlers;
  private final ScheduledThreadPoolExecutor timer;
  private final Pace pace = new Pace(AGAIN);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int inHand;

  private volatile boolean stopping;
  private volatile @Nullable Subscription current;

  Lane(BrokerLink link, QueueConsumer.Settings settings, Actor actor) {
    this.link = link;
    this.settings = settings;
    this.actor = actor;
    this.supervisor = daemon(this::superviseUntilStopped);
    this.handlers = Executors.newFixedThreadPool(settings.threads(), this::daemon);
    this.timer = new ScheduledThreadPoolExecutor(1, this::daemon);
  }

  private Thread daemon(Runnable task) {
    Thread thread = new Thread(task, settings.tag());
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    supervisor.start();
  }

  boolean isStopping() {
    return stopping;
  }

  int inHand() {
    lock.lock();
    try {
      return inHand;
    } finally {
      lock.unlock();
    }
  }

  void stopTaking() {
    stopping = true;
    Subscription subscription = current;
    if (subscription != null) {
      subscription.pause();
    }
  }

  boolean awaitIdle(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      while (inHand > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return inHand == 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to end; {@link #awaitEnd} waits for it. Only the handlers are interrupted: the client
   * does not bear it.
   */
  void close() {
    stopping = true;
    Subscription subscription = current;
    if (subscription != null) {
      subscription.end("closed");
    }
    timer.shutdownNow();
    handlers.shutdownNow();
  }

  /** Waits until the channel is closed, unless the network is dead. */
  void awaitEnd(Duration limit) throws InterruptedException {
    supervisor.join(Math.max(1, limit.toMillis()));
  }

  /**
   * Hands a delivery to a handler thread.
   *
   * @param limit how many may be in hand
   * @return false when it was not taken
   */
  boolean take(Subscription.Held delivery, int limit) {
    lock.lock();
    try {
      if (stopping || inHand >= limit) {
        return false;
      }
      inHand++;
    } finally {
      lock.unlock();
    }
    try {
      handlers.execute(() -> handle(delivery));
      return true;
    } catch (RejectedExecutionException e) {
      done();
      return false;
    }
  }

  /** Runs something small after a while, unless this lane is closed by then. */
  void later(Duration delay, Runnable action) {
    try {
      var unused = timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("{} is closed: the broker takes the delivery back", settings.tag());
    }
  }

  private void handle(Subscription.Held delivery) {
    try {
      if (delivery.isOurs()) {
        actor.handle(delivery);
      }
    } catch (InterruptedException e) {
      delivery.requeueAfter(Duration.ZERO);
      Thread.currentThread().interrupt();
    } finally {
      done();
      delivery.subscription().resume();
    }
  }

  private void done() {
    lock.lock();
    try {
      if (--inHand == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void superviseUntilStopped() {
    try {
      while (!stopping) {
        awaitIdle(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        Connection connection = link.awaitOpen();
        pace.begin();
        consume(connection);
        pace.pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("{} ends: {}", settings.tag(), e.getMessage());
    }
  }

  /** Consumes on one channel until it is lost. */
  private void consume(Connection connection) throws InterruptedException {
    try {
      Topology.declare(connection, settings.pools());
      Channel channel = Connector.openChannel(connection);
      report(connection, consumeOn(channel));
    } catch (IOException | ShutdownSignalException e) {
      report(connection, Connector.explain(e));
    }
  }

  private String consumeOn(Channel channel) throws IOException, InterruptedException {
    Subscription subscription = new Subscription(channel, this, settings);
    current = subscription; // first this, so that whoever stops us from here on finds it
    try {
      if (!stopping) {
        subscription.start(settings.prefetch());
        return subscription.awaitEnd();
      }
      return "closed";
    } finally {
      subscription.end("closed");
      channel.abort();
    }
  }

  /** A lost connection is the link's to report. */
  private void report(Connection connection, String why) {
    if (connection.isOpen() && pace.isFirst() && !stopping) {
      log.warn("{} was cut off from its queue: {}; trying again", settings.tag(), why);
    }
  }
}
