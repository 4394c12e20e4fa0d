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
 * The consumers on one channel, until the channel is lost or kept for a held delivery. None of its
 * deliveries is settled once it has ended: the broker has put them back into the queue by then, and
 * delivery tags are valid on their own channel only.
 */
final class Subscription {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);

  /** The most deliveries held on a channel; each takes memory here and in the broker. */
  private static final int MOST_HELD = 1_000;

  private final Channel channel;
  private final ConsumerLoop loop;
  private final List<String> queues;
  private final String tag;
  private final CountDownLatch endedOrDetached = new CountDownLatch(1);
  private final Set<CompletableFuture<Disposition>> held = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unsettled = new AtomicInteger();
  private final AtomicInteger heldCount = new AtomicInteger();
  private final Deque<Map<String, String>> consumerTags = new ArrayDeque<>();
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

  /**
   * Waits until no more deliveries will come; returns why the channel was lost, null when it was
   * detached.
   */
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

  /** Ends this subscription, unless it has ended already, and closes its channel. */
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

  /** Takes no more deliveries, for good; keeps the channel until all in hand are settled. */
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
   * Makes the number of consumers of each queue what it should be. To prefetch one more delivery it
   * adds a consumer: raising the prefetch would mean cancelling the first consumer, which may be
   * sent a delivery at that moment.
   *
   * @param consumers how many for each queue
   */
  synchronized void resume(int consumers) {
    while (consumerTags.size() > consumers) {
      cancelOne();
    }
    while (consumerTags.size() < consumers && !isDetached && !loop.takesNothing() && !hasEnded()) {
      consumeOnce();
    }
  }

  private void consumeOnce() {
    Collections.rotate(queues, 1); // so that each queue is the first in turn
    Map<String, String> tags = new LinkedHashMap<>();
    queues.forEach(queue -> tags.put(queue, tagOf(queue)));
    consumerTags.push(tags);
    tags.forEach(
        (queue, name) ->
            onChannel(() -> channel.basicConsume(queue, false, name, new Taker(queue))));
  }

  private void cancelOne() {
    consumerTags.pop().values().forEach(name -> onChannel(() -> channel.basicCancel(name)));
  }

  /** Takes no more deliveries; those in hand are settled as usual. */
  synchronized void pause() {
    while (!consumerTags.isEmpty()) {
      cancelOne();
    }
  }

  /**
   * Lets the next delivery be taken although one is held. RabbitMQ applies the prefetch to each
   * consumer, so a new consumer on this channel may have one of its own. It needs another tag,
   * since the broker still keeps the old one for its unacked delivery.
   *
   * @return false when too many are held already, or the broker applies the prefetch to the channel
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
    return consumerTags.isEmpty() ? name : name + " ahead";
  }

  /**
   * The prefetch applies to each consumer, so with several queues a busy loop would hold deliveries
   * that another could run; therefore it unsubscribes while it is busy. It does so before it takes
   * the delivery, so that the handler of that delivery is sure to resume.
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

    /** Whether the broker has not taken the delivery back. */
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
     * Keeps the delivery until then, so that it counts against the prefetch: that is the back-off.
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

  /** Gives back deliveries that arrive for a consumer that has been cancelled. */
  private final class Stray extends DefaultConsumer {

    Stray() {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      log.debug("{}: a delivery arrived after it had unsubscribed", tag);
      onChannel(() -> channel.basicNack(envelope.getDeliveryTag(), false, true));
    }
  }
}
