package ci.assay.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers on one channel, until it is lost. Nothing of it is settled once it has ended: the
 * broker has given it back by then, and a late ack could meet another message.
 */
final class Subscription {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);

  private final Channel channel;
  private final Lane lane;
  private final List<String> queues;
  private final String tag;
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean isSubscribed;
  private volatile String why = "";

  Subscription(Channel channel, Lane lane, QueueConsumer.Settings settings) {
    this.channel = channel;
    this.lane = lane;
    this.queues = new ArrayList<>(settings.queues());
    this.tag = settings.tag();
  }

  void start(int prefetch) throws IOException {
    channel.addShutdownListener(cause -> end(Connector.explain(cause)));
    channel.setDefaultConsumer(new Stray());
    channel.basicQos(prefetch);
    resume();
  }

  /** Waits until the channel is of no more use and says why. */
  String awaitEnd() throws InterruptedException {
    ended.await();
    return why;
  }

  void end(String reason) {
    if (!hasEnded()) {
      why = reason;
      ended.countDown();
    }
  }

  private boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Takes deliveries, unless it does already. */
  synchronized void resume() {
    if (!isSubscribed && !lane.isStopping()) {
      isSubscribed = true;
      Collections.rotate(queues, 1); // the first of them is served first
      for (String queue : queues) {
        onChannel(() -> channel.basicConsume(queue, false, tagOf(queue), new Taker(queue)));
      }
    }
  }

  /** Takes no more deliveries; those in hand are settled as usual. */
  synchronized void pause() {
    if (isSubscribed) {
      isSubscribed = false;
      for (String queue : queues) {
        onChannel(() -> channel.basicCancel(tagOf(queue)));
      }
    }
  }

  private String tagOf(String queue) {
    return queues.size() == 1 ? tag : tag + " " + queue;
  }

  /**
   * The broker counts a prefetch per queue, so with several queues a busy lane would keep a
   * delivery that another could run: it unsubscribes while it is busy. First that, then taking the
   * delivery, so that whoever is in hand is sure to resume.
   */
  private void accept(Held delivery) {
    boolean takesTurns = queues.size() > 1;
    if (takesTurns) {
      pause();
    }
    if (!lane.take(delivery, takesTurns ? 1 : Integer.MAX_VALUE)) {
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
  record Held(Subscription subscription, Incoming message, long number) implements Actor.Delivery {

    /** Whether the broker has not taken it back yet. */
    boolean isOurs() {
      return !subscription.hasEnded();
    }

    @Override
    public void ack() {
      subscription.onChannel(() -> subscription.channel.basicAck(number, false));
    }

    /**
     * Holds the delivery meanwhile, so that it counts against the prefetch: that is the back-off.
     */
    @Override
    public void requeueAfter(Duration delay) {
      subscription.lane.later(delay, this::requeue);
    }

    void requeue() {
      subscription.onChannel(() -> subscription.channel.basicNack(number, false, true));
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
      Incoming message = Incoming.of(queue, envelope, properties, body);
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
