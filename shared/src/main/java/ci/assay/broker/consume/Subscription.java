package ci.assay.broker.consume;

import ci.assay.broker.Connector;
import ci.assay.broker.Dialect;
import ci.assay.broker.WorkerUsers;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers on one channel, until it is lost or kept for a delivery that is held. Nothing of it
 * is settled once it has ended: the broker has given it back by then, and a late ack could meet
 * another message.
 */
final class Subscription {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);

  /** So many may be held; it is remembered here and in the broker. */
  private static final int MOST_HELD = 1_000;

  private final Channel channel;
  private final ConsumerLoop loop;
  private final List<String> queues;
  private final String tag;
  private final CountDownLatch endedOrDetached = new CountDownLatch(1);
  private final Set<CompletableFuture<Disposition>> held = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unsettled = new AtomicInteger();
  private final AtomicInteger heldCount = new AtomicInteger();
  private final Deque<Map<String, String>> rounds = new ArrayDeque<>();
  private int heldHere;
  private volatile boolean isDetached;
  private volatile @Nullable String why;

  Subscription(Channel channel, ConsumerLoop loop, QueueConsumer.Settings settings) {
    this.channel = channel;
    this.loop = loop;
    this.queues = new ArrayList<>(settings.queues());
    this.tag = settings.tag();
  }

  void start(int prefetch, int consumers) throws IOException {
    channel.addShutdownListener(cause -> end(Connector.explain(cause)));
    channel.setDefaultConsumer(new Stray());
    channel.basicQos(prefetch);
    resume(consumers);
  }

  /** Waits until no more will come of it; returns why it ended, null when it was detached. */
  @Nullable String awaitEndOrDetachment() throws InterruptedException {
    endedOrDetached.await();
    return why;
  }

  void end(String reason) {
    synchronized (this) {
      if (why != null) {
        return;
      }
      why = reason;
    }
    endedOrDetached.countDown();
    held.forEach(each -> each.cancel(false));
    if (isDetached) {
      loop.release(this);
    }
  }

  /** Ends it if it has not ended, and its channel. */
  void close() {
    end("closed");
    try {
      channel.abort();
    } catch (IOException e) {
      log.debug("the channel of {} was gone already", tag, e);
    }
  }

  boolean hasEnded() {
    return why != null;
  }

  boolean isDetached() {
    return isDetached;
  }

  /** Takes nothing more, for good; stays until all that is in hand is settled. */
  void detach(CompletableFuture<Disposition> then) {
    held.add(then);
    pause();
    isDetached = true;
    endedOrDetached.countDown();
    if (hasEnded()) {
      then.cancel(false);
      loop.release(this);
    }
  }

  private void settled() {
    if (unsettled.decrementAndGet() == 0 && isDetached) {
      loop.release(this);
    }
  }

  /**
   * Takes deliveries unless it does already. For one more at a time there is one more consumer:
   * with another prefetch the first would have to go, and what it is being sent with it.
   *
   * @param consumers of each queue
   */
  synchronized void resume(int consumers) {
    while (rounds.size() > consumers) {
      cancelOne();
    }
    while (rounds.size() < consumers && !isDetached && !loop.takesNothing() && !hasEnded()) {
      consumeOnce();
    }
  }

  private void consumeOnce() {
    Collections.rotate(queues, 1); // the first of them is served first
    Map<String, String> tags = new LinkedHashMap<>();
    queues.forEach(queue -> tags.put(queue, tagOf(queue)));
    rounds.push(tags);
    tags.forEach(
        (queue, name) ->
            onChannel(() -> channel.basicConsume(queue, false, name, new Taker(queue))));
  }

  private void cancelOne() {
    rounds.pop().values().forEach(name -> onChannel(() -> channel.basicCancel(name)));
  }

  /** Takes no more deliveries; those in hand are settled as usual. */
  synchronized void pause() {
    while (!rounds.isEmpty()) {
      cancelOne();
    }
  }

  /**
   * Lets more be taken though a delivery is kept, where the broker counts each consumer's
   * deliveries for itself: the next consumer may have one of its own. It needs another tag, since
   * the broker remembers the one before by what that still has.
   *
   * @return false when so many are kept that no more may be, or the broker counts otherwise
   */
  private boolean holdOnChannel() {
    if (Dialect.of(channel.getConnection()) != Dialect.RABBITMQ || heldCount.get() >= MOST_HELD) {
      return false;
    }
    heldCount.incrementAndGet();
    synchronized (this) {
      pause();
      heldHere++;
    }
    return true;
  }

  private String tagOf(String queue) {
    String name = queues.size() == 1 ? tag : tag + " " + queue;
    name = heldHere == 0 ? name : name + " (" + heldHere + " held)";
    return rounds.isEmpty() ? name : name + " ahead";
  }

  /**
   * The broker counts a prefetch per queue, so with several queues a busy loop would keep a
   * delivery that another could run: it unsubscribes while it is busy. First that, then taking the
   * delivery, so that whoever is in hand is sure to resume.
   */
  private void accept(Held delivery) {
    boolean takesTurns = queues.size() > 1;
    if (takesTurns) {
      pause();
    }
    unsettled.incrementAndGet();
    if (!loop.take(delivery, takesTurns ? 1 : Integer.MAX_VALUE)) {
      delivery.requeue();
    }
  }

  private void onChannel(ChannelCall call) {
    if (hasEnded()) {
      return;
    }
    try {
      call.run();
    } catch (IOException | ShutdownSignalException e) {
      end(Connector.explain(e));
    }
  }

  @FunctionalInterface
  private interface ChannelCall {
    void run() throws IOException;
  }

  /** A delivery of this subscription. */
  record Held(Subscription subscription, IncomingMessage message, long number)
      implements DispositionExecutor.Delivery {

    /** Whether the broker has not taken it back yet. */
    boolean isOurs() {
      return !subscription.hasEnded();
    }

    @Override
    public void ack() {
      subscription.onChannel(() -> subscription.channel.basicAck(number, false));
      subscription.settled();
    }

    @Override
    public void giveBack() {
      subscription.pause();
      requeue();
    }

    @Override
    public void hold(CompletableFuture<Disposition> then) {
      subscription.loop.hold(this, then);
    }

    @Override
    public void hold(Disposition.HoldThenRetry waits) {
      if (subscription.holdOnChannel()) {
        subscription.loop.later(
            waits.after(),
            () -> {
              subscription.heldCount.decrementAndGet();
              requeue();
            });
      } else {
        subscription.loop.hold(this, waits);
      }
    }

    /**
     * Holds the delivery meanwhile, so that it counts against the prefetch: that is the back-off.
     */
    @Override
    public void requeueAfter(Duration delay) {
      subscription.loop.later(delay, this::requeue);
    }

    void requeue() {
      subscription.onChannel(() -> subscription.channel.basicNack(number, false, true));
      subscription.settled();
    }
  }

  private final class Taker extends DefaultConsumer {
    private final String queue;

    Taker(String queue) {
      super(channel);
      this.queue = queue;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      String user = WorkerUsers.senderOf(channel.getConnection(), properties);
      IncomingMessage message = IncomingMessage.of(queue, user, envelope, properties, body);
      accept(new Held(Subscription.this, message, envelope.getDeliveryTag()));
    }

    @Override
    public void handleCancel(String consumerTag) {
      end("queue " + queue + " was deleted, or the broker cancelled its consumer");
    }
  }

  /** What arrives for a consumer that was cancelled meanwhile goes back. */
  private final class Stray extends DefaultConsumer {

    Stray() {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      log.debug("{} was sent one more after it had unsubscribed", tag);
      onChannel(() -> channel.basicNack(envelope.getDeliveryTag(), false, true));
    }
  }
}
