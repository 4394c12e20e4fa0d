package ci.assay.broker;

import ci.assay.broker.Disposition.Ack;
import ci.assay.broker.Disposition.Park;
import ci.assay.broker.Disposition.RetryLater;
import ci.assay.model.CannotRunException;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes queues with manual acks and does what the handler decides about each delivery: this is
 * the only place that acks. Handlers run on threads of this object, never on the client's; each
 * decision is acted on in the order store, publish, confirm, ack. When the channel goes (connection
 * lost, consumer cancelled, ack timeout) what was in hand is finished but not acked, and consuming
 * begins again on a new channel.
 */
public final class QueueConsumer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
  private static final Duration AFTER_A_BUG = Duration.ofSeconds(5);

  /**
   * What to consume and how.
   *
   * @param queues taken from in turn by the broker
   * @param pools whose queues to declare first
   * @param tag shown as the consumer's tag in the broker's management page
   * @param prefetch how many deliveries may be in hand, at once, of each queue
   * @param threads how many handlers may run at once
   */
  public record Settings(
      List<String> queues, List<String> pools, String tag, int prefetch, int threads) {
    public Settings {
      queues = List.copyOf(queues);
      pools = List.copyOf(pools);
    }
  }

  private final BrokerLink link;
  private final ConfirmedPublisher publisher;
  private final Settings settings;
  private final Disposition.Handler handler;
  private final Thread supervisor;
  private final ExecutorService handlers;
  private final AtomicInteger inHand = new AtomicInteger();

  private volatile boolean draining;
  private volatile @Nullable Consuming current;

  /**
   * @param link not closed by this object
   * @param publisher not closed by this object
   */
  public QueueConsumer(
      BrokerLink link,
      ConfirmedPublisher publisher,
      Settings settings,
      Disposition.Handler handler) {
    this.link = link;
    this.publisher = publisher;
    this.settings = settings;
    this.handler = handler;
    this.supervisor = new Thread(this::superviseUntilDraining, settings.tag() + " consumer");
    supervisor.setDaemon(true);
    this.handlers =
        Executors.newFixedThreadPool(
            settings.threads(),
            task -> {
              Thread thread = new Thread(task, settings.tag());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to consume, in the background. */
  public void start() {
    supervisor.start();
  }

  /** How many deliveries are being handled or wait for a handler. */
  public int inHand() {
    return inHand.get();
  }

  /**
   * Takes nothing more and waits until what is in hand is settled.
   *
   * @return whether all of it was, within {@code limit}
   */
  public boolean drain(Duration limit) throws InterruptedException {
    draining = true;
    Consuming consuming = current;
    if (consuming != null) {
      consuming.cancel();
    }
    handlers.shutdown();
    return handlers.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Stops at once; whatever is in hand goes back to the queue. */
  @Override
  public void close() {
    draining = true;
    handlers.shutdownNow();
    supervisor.interrupt();
    Consuming consuming = current;
    if (consuming != null) {
      consuming.abort();
    }
  }

  private void superviseUntilDraining() {
    int failures = 0;
    while (!draining) {
      try {
        boolean worked = consume(link.awaitOpen(), failures == 0);
        failures = worked ? 1 : failures + 1;
        TimeUnit.MILLISECONDS.sleep(AGAIN.after(failures).toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (CannotRunException e) {
        log.debug("{} stops: {}", settings.tag(), e.getMessage());
        return;
      }
    }
  }

  /** Consumes on one channel until it is lost; false when it could not even begin. */
  private boolean consume(Connection connection, boolean report) throws InterruptedException {
    try {
      Channel channel = connection.openChannel().orElseThrow(() -> new IOException("no channel"));
      Consuming consuming = new Consuming(channel);
      current = consuming;
      Topology.declare(channel, settings.pools());
      channel.basicQos(settings.prefetch());
      consuming.subscribe();
      if (draining) {
        consuming.cancel();
      }
      consuming.ended.await();
      if (connection.isOpen() && !draining) {
        log.warn("{} was cut off from its queue: {}", settings.tag(), consuming.why);
      }
      return true;
    } catch (IOException | ShutdownSignalException e) {
      if (report && connection.isOpen()) {
        log.warn("{} cannot consume: {}", settings.tag(), Connector.explain(e));
      }
      return false;
    }
  }

  private String tagFor(String queue) {
    return settings.queues().size() == 1 ? settings.tag() : settings.tag() + " " + queue;
  }

  /** One channel's worth of consuming. Nothing of it is acked once it has ended. */
  private final class Consuming {
    private final Channel channel;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String why = "";

    Consuming(Channel channel) {
      this.channel = channel;
      channel.addShutdownListener(cause -> end(Connector.explain(cause)));
    }

    synchronized void subscribe() throws IOException {
      for (String queue : settings.queues()) {
        channel.basicConsume(queue, false, tagFor(queue), consumerOf(queue));
      }
    }

    private DefaultConsumer consumerOf(String queue) {
      return new DefaultConsumer(channel) {
        @Override
        public void handleDelivery(
            String tag, Envelope envelope, BasicProperties properties, byte[] body) {
          accept(incoming(queue, envelope, properties, body), envelope.getDeliveryTag());
        }

        @Override
        public void handleCancel(String tag) {
          end("the queue " + queue + " was deleted, or its leader moved");
          abort();
        }
      };
    }

    private void accept(Incoming message, long deliveryTag) {
      if (draining) {
        requeue(deliveryTag);
        return;
      }
      int now = inHand.incrementAndGet();
      if (takesTurns() && now > settings.threads()) {
        inHand.decrementAndGet();
        requeue(deliveryTag);
        return;
      }
      if (takesTurns() && now == settings.threads()) {
        cancel();
      }
      handlers.execute(() -> handle(message, deliveryTag));
    }

    /**
     * The broker counts a prefetch per queue, so with several queues a busy consumer would keep a
     * delivery that another could run: it unsubscribes while it is busy.
     */
    private boolean takesTurns() {
      return settings.queues().size() > 1;
    }

    private void resubscribe() {
      if (takesTurns() && !draining) {
        settle(this::subscribe);
      }
    }

    private void handle(Incoming message, long deliveryTag) {
      try {
        act(decide(message), message, deliveryTag);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        if (inHand.getAndDecrement() == settings.threads()) {
          resubscribe();
        }
      }
    }

    private Disposition decide(Incoming message) throws InterruptedException {
      try {
        return handler.handle(message);
      } catch (RuntimeException e) {
        log.error("{}: a bug in handling message '{}'", settings.tag(), message.id(), e);
        return new RetryLater(AFTER_A_BUG, e.toString());
      }
    }

    private void act(Disposition disposition, Incoming message, long deliveryTag)
        throws InterruptedException {
      try {
        if (disposition instanceof Ack ack) {
          publisher.publishAll(ack.publishFirst());
          ack(deliveryTag);
        } else if (disposition instanceof Park park) {
          log.warn("parked message '{}' of {}: {}", message.id(), message.queue(), park.reason());
          publisher.publishAll(List.of(Outgoing.parked(message, park.reason())));
          ack(deliveryTag);
        } else if (disposition instanceof RetryLater retry) {
          requeueAfter(retry.after(), deliveryTag);
        }
      } catch (PublishRefusedException e) {
        log.error("{}: {}; keeping the delivery for later", settings.tag(), e.getMessage());
        requeueAfter(AFTER_A_BUG, deliveryTag);
      } catch (CannotRunException e) {
        log.debug("not acked, we are closing: {}", e.getMessage());
      }
    }

    private synchronized void ack(long deliveryTag) {
      settle(() -> channel.basicAck(deliveryTag, false));
    }

    /**
     * Holds the delivery meanwhile, so that it counts against the prefetch: that is the back-off.
     */
    private void requeueAfter(Duration delay, long deliveryTag) {
      CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> requeue(deliveryTag));
    }

    private synchronized void requeue(long deliveryTag) {
      settle(() -> channel.basicNack(deliveryTag, false, true));
    }

    private void settle(Settling settling) {
      if (ended.getCount() == 0 || !channel.isOpen()) {
        return; // the broker has taken the delivery back already
      }
      try {
        settling.run();
      } catch (IOException | ShutdownSignalException e) {
        log.debug("too late to settle: {}", Connector.explain(e));
      }
    }

    synchronized void cancel() {
      for (String queue : settings.queues()) {
        settle(() -> channel.basicCancel(tagFor(queue)));
      }
    }

    void abort() {
      end("closed");
      try {
        channel.abort();
      } catch (IOException e) {
        log.debug("channel was gone already: {}", e.getMessage());
      }
    }

    private void end(String reason) {
      if (why.isEmpty()) {
        why = reason;
      }
      ended.countDown();
    }
  }

  @FunctionalInterface
  private interface Settling {
    void run() throws IOException;
  }

  private static Incoming incoming(
      String queue, Envelope envelope, BasicProperties properties, byte[] body) {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      properties.getHeaders().forEach((key, value) -> headers.put(key, plain(value)));
      headers.remove(ConfirmedPublisher.HEADER_TOKEN);
    }
    return new Incoming(
        queue,
        envelope.getExchange(),
        envelope.getRoutingKey(),
        properties.getMessageId() == null ? "" : properties.getMessageId(),
        properties.getContentType() == null ? "" : properties.getContentType(),
        headers,
        envelope.isRedeliver(),
        body);
  }

  /** The client hands out text as {@code LongString}. */
  private static Object plain(Object value) {
    return value instanceof LongString ? value.toString() : value;
  }
}
