package ci.assay.broker;

import ci.assay.model.CannotRunException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes persistent messages with {@code mandatory} and confirms, and stays with each until the
 * broker has it: after a lost connection, a negative confirm or a return (no queue took it) it is
 * sent again, so a message can arrive twice but is never lost while this process lives. Order is
 * kept except after such a repetition. One thread of its own does all the sending; any thread may
 * ask for it.
 */
public final class ConfirmedPublisher implements AutoCloseable {

  /** Header that finds a returned message again; the broker gives headers back, not our numbers. */
  static final String HEADER_TOKEN = "assay-token";

  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);

  /** How many messages may wait for their confirm; more make {@link #publish} wait. */
  private static final int MOST_IN_FLIGHT = 1_000;

  private static final int STRIKES = 2;
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final BrokerLink link;
  private final Supplier<? extends Collection<String>> pools;
  private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);
  private final Thread sender;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final NavigableMap<Long, Pending> unconfirmed = new TreeMap<>();
  private final Map<String, Pending> byToken = new HashMap<>();
  private volatile boolean isReported;
  private long tokens;
  private int suspects;
  private boolean reopen;
  private boolean closed;
  private @Nullable CannotRunException refusal;

  /** A message on its way, and how often it closed the channel when it was alone there. */
  private static final class Pending {
    final Outgoing message;
    final String token;
    final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    boolean isWaiting = true;
    int strikes;

    Pending(Outgoing message, String token) {
      this.message = message;
      this.token = token;
    }
  }

  /**
   * @param link not closed by this object
   * @param pools whose queues to declare before publishing; asked again at each new channel
   */
  public ConfirmedPublisher(BrokerLink link, Supplier<? extends Collection<String>> pools) {
    this.link = link;
    this.pools = pools;
    this.sender = new Thread(this::sendUntilClosed, "publisher");
    sender.setDaemon(true);
  }

  /** Begins to send, in the background. */
  public void start() {
    sender.start();
  }

  /**
   * Sends a message; waits only while a thousand others are on their way.
   *
   * @return completes when the broker has confirmed it; fails with {@link PublishRefusedException},
   *     or with {@link CannotRunException} when this publisher was closed before
   */
  public CompletableFuture<Void> publish(Outgoing message) throws InterruptedException {
    room.acquire();
    lock.lock();
    try {
      if (closed) {
        room.release();
        return CompletableFuture.failedFuture(notSent(message));
      }
      Pending pending = new Pending(message, Long.toString(tokens++));
      byToken.put(pending.token, pending);
      waiting.addLast(pending);
      changed.signalAll();
      return pending.confirmed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends messages and waits until all are confirmed.
   *
   * @throws PublishRefusedException when the broker will never have one of them
   * @throws CannotRunException when this publisher was closed meanwhile
   */
  public void publishAll(List<Outgoing> messages)
      throws PublishRefusedException, InterruptedException {
    List<CompletableFuture<Void>> all = new ArrayList<>(messages.size());
    for (Outgoing message : messages) {
      all.add(publish(message));
    }
    for (CompletableFuture<Void> one : all) {
      await(one);
    }
  }

  private static void await(CompletableFuture<Void> one)
      throws PublishRefusedException, InterruptedException {
    try {
      one.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PublishRefusedException refused) {
        throw refused;
      }
      if (e.getCause() instanceof CannotRunException cannot) {
        throw cannot;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Stops sending; whatever is not confirmed yet fails. */
  @Override
  public void close() {
    List<Pending> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(byToken.values());
      byToken.clear();
      waiting.clear();
      unconfirmed.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sender.interrupt();
    left.forEach(each -> each.confirmed.completeExceptionally(notSent(each.message)));
    room.release(left.size());
  }

  private CannotRunException notSent(Outgoing message) {
    CannotRunException refused = refusal;
    return refused != null
        ? refused
        : new CannotRunException("closed before " + message + " was confirmed");
  }

  private void sendUntilClosed() {
    int failures = 0;
    while (!isClosed()) {
      try {
        Connection connection = link.awaitOpen();
        if (sendOn(connection)) {
          failures = 0;
        }
        failures++;
        if (!isClosed()) {
          TimeUnit.MILLISECONDS.sleep(AGAIN.after(failures).toMillis());
        }
      } catch (CannotRunException e) {
        refusal = e;
        close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Sends on one channel until it or we are closed; true when at least one was confirmed. */
  private boolean sendOn(Connection connection) throws InterruptedException {
    long[] confirmedHere = {0};
    Channel channel = null;
    try {
      channel = connection.createChannel();
      if (channel == null) {
        throw new IOException("no channel left on the connection");
      }
      Topology.declare(channel, pools.get());
      listen(channel, confirmedHere);
      channel.confirmSelect();
      Pending next = take(channel);
      while (next != null) {
        send(channel, next);
        next = take(channel);
      }
    } catch (IOException | ShutdownSignalException e) {
      reportOnce(connection, e);
    } finally {
      recover(channel, connection);
    }
    return confirmedHere[0] > 0;
  }

  private void listen(Channel channel, long[] confirmedHere) {
    channel.addShutdownListener(cause -> wake());
    channel.addConfirmListener(
        (number, multiple) -> {
          confirmedHere[0]++;
          isReported = false;
          settle(number, multiple, true);
        },
        (number, multiple) -> settle(number, multiple, false));
    channel.addReturnListener(
        returned -> {
          Object token = returned.getProperties().getHeaders().get(HEADER_TOKEN);
          returned(String.valueOf(token), returned.getReplyText());
        });
  }

  /** The next message, or null when the channel is not to be used any longer. */
  private @Nullable Pending take(Channel channel) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed || reopen || !channel.isOpen()) {
          return null;
        }
        boolean oneAtATime = suspects > 0 && !unconfirmed.isEmpty();
        if (!waiting.isEmpty() && !oneAtATime) {
          Pending next = waiting.removeFirst();
          next.isWaiting = false;
          unconfirmed.put(channel.getNextPublishSeqNo(), next);
          return next;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void send(Channel channel, Pending next) throws IOException {
    Outgoing message = next.message;
    channel.basicPublish(
        message.exchange(),
        message.routingKey(),
        true,
        message.properties(next.token),
        message.body());
  }

  private void settle(long number, boolean multiple, boolean taken) {
    List<Pending> settled;
    lock.lock();
    try {
      var numbers =
          multiple
              ? unconfirmed.headMap(number, true)
              : unconfirmed.subMap(number, true, number, true);
      settled = List.copyOf(numbers.values());
      numbers.clear();
      suspects = Math.max(0, suspects - settled.size());
      if (taken) {
        settled.forEach(each -> byToken.remove(each.token));
      } else {
        settled.forEach(this::putBack);
        reopen = true;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (taken) {
      settled.forEach(this::complete);
    }
  }

  private void putBack(Pending pending) {
    pending.isWaiting = true;
    waiting.addFirst(pending);
  }

  private void complete(Pending each) {
    room.release();
    each.confirmed.complete(null);
  }

  /** No queue took it: declare the queues anew and send it again. RabbitMQ acks it all the same. */
  private void returned(String token, String why) {
    lock.lock();
    try {
      Pending pending = byToken.get(token);
      if (pending != null && !pending.isWaiting) {
        log.warn("{} was returned ({}): declaring its queue again", pending.message, why);
        unconfirmed.values().remove(pending);
        putBack(pending);
        reopen = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts what was not confirmed back in line, and finds out whose fault it was. */
  private void recover(@Nullable Channel channel, Connection connection) {
    String why =
        channel == null || channel.isOpen() || !connection.isOpen()
            ? null
            : Connector.explain(channel.getCloseReason());
    boolean refused = why != null;
    if (channel != null && channel.isOpen()) {
      abort(channel);
    }
    Pending struckOut = null;
    lock.lock();
    try {
      reopen = false;
      if (refused && unconfirmed.size() == 1 && isStruckOut(unconfirmed.firstEntry().getValue())) {
        struckOut = unconfirmed.pollFirstEntry().getValue();
        byToken.remove(struckOut.token);
      }
      suspects = refused ? unconfirmed.size() : suspects;
      unconfirmed.descendingMap().values().forEach(this::putBack);
      unconfirmed.clear();
    } finally {
      lock.unlock();
    }
    if (struckOut != null) {
      room.release();
      struckOut.confirmed.completeExceptionally(
          new PublishRefusedException(struckOut.message, String.valueOf(why)));
    }
  }

  /** A lost connection is the link's to report; a channel that was closed on us is ours, once. */
  private void reportOnce(Connection connection, Exception e) {
    if (connection.isOpen() && !isReported && !isClosed()) {
      isReported = true;
      log.warn("the broker closed the publishing channel: {}; trying again", Connector.explain(e));
    }
  }

  private static boolean isStruckOut(Pending alone) {
    return ++alone.strikes >= STRIKES;
  }

  private static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException e) {
      log.debug("channel was gone already: {}", e.getMessage());
    }
  }

  private void wake() {
    lock.lock();
    try {
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
}
