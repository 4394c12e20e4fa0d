package ci.assay.broker.consume;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Connector;
import ci.assay.broker.OutageLog;
import ci.assay.broker.RetryPacer;
import ci.assay.broker.Topology;
import ci.assay.common.Backoff;
import ci.assay.common.CannotRunException;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes on one channel, and on a new one when that is lost or kept for a held delivery; owns the
 * threads that handle the deliveries. It does not subscribe again while deliveries of a lost
 * channel are still being handled, so that it never holds a delivery that another consumer could
 * handle.
 */
final class ConsumerLoop {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  /** Each delivery held this way costs a channel. */
  private static final int MOST_HELD = 32;

  private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(5);
  private static final Duration TOO_MANY_HELD = Duration.ofSeconds(10);

  private final BrokerConnection broker;
  private final QueueConsumer.Settings settings;
  private final DispositionExecutor executor;
  private final Thread supervisor;
  private final ExecutorService handlers;
  private final ScheduledExecutorService timer;
  private final ExecutorService settlers;
  private final Semaphore turn;
  private final PrefetchPolicy ahead;
  private final Set<Subscription> detached = ConcurrentHashMap.newKeySet();
  private final RetryPacer pacer = new RetryPacer(AGAIN);
  private final OutageLog outage;

  private final PendingDeliveries inHand = new PendingDeliveries();

  private volatile boolean stopping;
  private volatile boolean paused;
  private volatile @Nullable Subscription current;

  ConsumerLoop(
      BrokerConnection broker, QueueConsumer.Settings settings, DispositionExecutor executor) {
    this.broker = broker;
    this.settings = settings;
    this.executor = executor;
    this.supervisor = Threads.daemon(settings.tag(), this::superviseUntilStopped);
    this.outage = new OutageLog(log, settings.tag() + " takes from its queue again");
    this.ahead = new PrefetchPolicy(settings.readsAhead());
    this.turn = new Semaphore(settings.threads(), true);
    this.handlers = Threads.fixed(settings.threads() + (reads() ? 1 : 0), settings.tag());
    this.timer = Threads.timer(settings.tag());
    this.settlers = Threads.cached(settings.tag());
  }

  private boolean reads() {
    return settings.readsAhead();
  }

  void start() {
    supervisor.start();
  }

  boolean isStopping() {
    return stopping;
  }

  /** Whether no deliveries are to be taken now. */
  boolean takesNothing() {
    return stopping || paused;
  }

  void pause() {
    paused = true;
    Subscription subscription = current;
    if (subscription != null) {
      subscription.pause();
    }
  }

  void resume() {
    paused = false;
    Subscription subscription = current;
    if (subscription != null) {
      resumeWhenIdle(subscription);
    }
  }

  /**
   * Does nothing while deliveries are in hand: the thread that finishes the last of them resumes.
   */
  private void resumeWhenIdle(Subscription subscription) {
    if (inHand.size() == 0) {
      subscription.resume(consumers());
    }
  }

  private int consumers() {
    return ahead.isOn() ? 2 : 1;
  }

  int inHand() {
    return inHand.size();
  }

  void stopTaking() {
    stopping = true;
    inHand.close();
    Subscription subscription = current;
    if (subscription != null) {
      subscription.pause();
    }
  }

  boolean awaitIdle(long timeout, TimeUnit unit) throws InterruptedException {
    return inHand.awaitNone(timeout, unit);
  }

  /**
   * Begins to stop; {@link #awaitEnd} waits for the end. Only the handler threads are interrupted:
   * no thread may be interrupted inside the AMQP client (docs/rationale.md says why).
   */
  void close() {
    stopping = true;
    inHand.close();
    Subscription subscription = current;
    if (subscription != null) {
      subscription.end("closed");
    }
    detached.forEach(this::release);
    timer.shutdownNow();
    handlers.shutdownNow();
    settlers.shutdown();
  }

  /**
   * Waits until the channel is closed, for {@code limit} at most: a dead network can delay that.
   */
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
    OptionalLong number = inHand.add(limit);
    if (number.isEmpty()) {
      return false;
    }
    try {
      handlers.execute(() -> handle(delivery, number.getAsLong()));
      return true;
    } catch (RejectedExecutionException e) {
      inHand.remove(number.getAsLong());
      return false;
    }
  }

  /** Runs a short action after a delay, unless this loop is closed by then. */
  void later(Duration delay, Runnable action) {
    try {
      var unused = timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("{} is closed: the broker takes the delivery back", settings.tag());
    }
  }

  private void handle(Subscription.Held delivery, long number) {
    try {
      Disposition decision = decide(delivery);
      if (decision instanceof Disposition.AfterEarlier) {
        inHand.awaitTurnOf(number);
      }
      if (decision != null) {
        executor.act(decision, delivery);
      }
    } catch (InterruptedException e) {
      delivery.requeueAfter(Duration.ZERO);
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      unsettled(delivery, e);
    } finally {
      inHand.remove(number);
      resumeWhenIdle(delivery.subscription());
    }
  }

  /**
   * Asks the handler when it is this delivery's turn; there are as many turns as threads. Null when
   * the channel was lost before that, so that the broker has taken the delivery back.
   */
  private @Nullable Disposition decide(Subscription.Held delivery) throws InterruptedException {
    if (!turn.tryAcquire(patience(), TimeUnit.NANOSECONDS)) {
      ahead.stop();
      return new Disposition.GiveBack("the delivery before it takes too long");
    }
    long start = System.nanoTime();
    try {
      return delivery.isOurs() ? executor.decide(delivery.message()) : null;
    } finally {
      ahead.handledIn(Duration.ofNanos(System.nanoTime() - start));
      turn.release();
    }
  }

  /**
   * In nanoseconds. A loop that does not read ahead has as many turns as threads, so none waits.
   */
  private long patience() {
    return settings.readsAhead() ? PrefetchPolicy.PATIENCE.toNanos() : Long.MAX_VALUE;
  }

  /** Keeps a delivery on its channel, and consumes on another one. */
  void hold(Subscription.Held delivery, CompletableFuture<Disposition> then) {
    if (stopping || detached.size() >= MOST_HELD) {
      then.cancel(false);
      delivery.requeueAfter(TOO_MANY_HELD);
      return;
    }
    Subscription subscription = delivery.subscription();
    detached.add(subscription);
    subscription.detach(then);
    var unused =
        then.whenComplete(
            (decision, lost) -> {
              if (lost == null) {
                onSettler(() -> settle(decision, delivery));
              }
            });
  }

  /** Keeps a delivery on its channel until the time is over, and consumes on another one. */
  void hold(Subscription.Held delivery, Disposition.HoldThenRetry hold) {
    hold(
        delivery,
        new CompletableFuture<Disposition>()
            .completeOnTimeout(
                new Disposition.RetryLater(Duration.ZERO, hold.reason()),
                hold.after().toMillis(),
                TimeUnit.MILLISECONDS));
  }

  private void settle(Disposition decision, Subscription.Held delivery) {
    try {
      executor.act(decision, delivery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      unsettled(delivery, e);
    }
  }

  /** A delivery that is neither acked nor given back would block its loop forever. */
  private void unsettled(Subscription.Held delivery, Throwable what) {
    log.error(
        "message '{}' goes back to the queue because of a defect", delivery.message().id(), what);
    delivery.requeueAfter(AFTER_A_DEFECT);
  }

  /**
   * Closes a channel that was kept for a held delivery, now that nothing is left to settle on it.
   */
  void release(Subscription subscription) {
    detached.remove(subscription);
    onSettler(subscription::close);
  }

  private void onSettler(Runnable task) {
    try {
      settlers.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("{} is closed: the broker takes what is held back", settings.tag());
    }
  }

  private void superviseUntilStopped() {
    try {
      while (!stopping) {
        Steps.lasting(settings.tag() + ": consuming", this::consumeOnce);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("{} ends: {}", settings.tag(), e.getMessage());
    }
  }

  private void consumeOnce() throws InterruptedException {
    awaitIdle(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    Connection connection = broker.awaitOpen();
    pacer.begin();
    if (consume(connection)) {
      pacer.pause();
    }
  }

  /**
   * Consumes on one channel until it is lost, or kept for a held delivery; returns whether it was
   * lost.
   */
  private boolean consume(Connection connection) throws InterruptedException {
    try {
      Topology.declare(connection, settings.pools());
      Channel channel = Connector.openChannel(connection);
      String why = consumeOn(channel);
      if (why == null) {
        return false;
      }
      report(connection, why);
    } catch (IOException | ShutdownSignalException e) {
      report(connection, Connector.explain(e));
    }
    return true;
  }

  /** Returns why the channel was lost; null when it is kept for a held delivery. */
  private @Nullable String consumeOn(Channel channel) throws IOException, InterruptedException {
    Subscription subscription = new Subscription(channel, this, settings);
    current = subscription; // before the check of stopping, so that stopTaking() finds it
    try {
      if (stopping) {
        return "closed";
      }
      subscription.start(settings.prefetch(), consumers());
      if (!subscription.hasEnded()) {
        outage.end();
      }
      return subscription.awaitEndOrDetachment();
    } finally {
      if (!subscription.isDetached()) {
        subscription.close();
      }
    }
  }

  /** A lost connection is logged by {@link BrokerConnection}. */
  private void report(Connection connection, String why) {
    if (connection.isOpen() && !stopping) {
      outage.begin(settings.tag() + " was cut off from its queue: " + why);
    }
  }
}
