package ci.assay.broker;

import ci.assay.model.CannotRunException;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Message;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to the other processes through the broker without keeping anything: what is said is
 * delivered at once or never, and nobody is told which. It listens on an exclusive queue, made anew
 * after each reconnect, and every listener must do without what was said meanwhile. Safe for use by
 * many threads.
 */
public final class Talk implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Talk.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** More than this may not wait to be said: the broker is slow or away, so the oldest is stale. */
  private static final int MOST_WAITING = 1_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final BrokerLink listening;
  private final BrokerLink speaking;
  private final List<Binding> bindings;
  private final Consumer<Heard> listener;
  private final Runnable whenListening;
  private final String address;

  private final Thread ear;
  private final Thread mouth;
  private final ExecutorService handler;
  private final BlockingQueue<Said> toSay = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Map<String, CompletableFuture<Optional<Message>>> questions =
      new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private volatile long listeningSince = NEVER;
  private volatile boolean closed;

  private record Said(
      String exchange, String key, Message message, String correlation, boolean isQuestion) {}

  /**
   * @param listening where the queue is; not closed by this object
   * @param speaking what is published on, another one; not closed by this object
   * @param name for the threads
   * @param listener is told what was heard, one after the other, on a thread of this object's
   * @param whenListening is run on that thread each time it listens again
   */
  public Talk(
      BrokerLink listening,
      BrokerLink speaking,
      String name,
      List<Binding> bindings,
      Consumer<Heard> listener,
      Runnable whenListening) {
    this.listening = listening;
    this.speaking = speaking;
    this.bindings = List.copyOf(bindings);
    this.listener = listener;
    this.whenListening = whenListening;
    this.address = "talk." + UUID.randomUUID();
    this.ear = daemon(this::listenUntilClosed, name + " ear");
    this.mouth = daemon(this::speakUntilClosed, name + " mouth");
    this.handler = Executors.newSingleThreadExecutor(task -> daemon(task, name + " talk"));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to listen and speak, in the background. */
  public void start() {
    ear.start();
    mouth.start();
  }

  /** For how long it has listened without a break; zero when it does not. */
  public Duration listeningFor() {
    long since = listeningSince;
    return since == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  /** Says something to whoever listens to this exchange and key. */
  public void say(String exchange, String key, Message message) {
    enqueue(new Said(exchange, key, message, "", false));
  }

  /** Says something to everybody. */
  public void tellAll(Message message) {
    say(Topology.CONTROL, "", message);
  }

  /** Answers a question that was heard. */
  public void answer(Heard question, Message answer) {
    if (!question.replyTo().isEmpty()) {
      enqueue(
          new Said(Topology.INQUIRY, question.replyTo(), answer, question.correlation(), false));
    }
  }

  /**
   * Asks whoever answers questions of this kind.
   *
   * @param key one of {@link Topology}'s
   * @return the answer; empty, often at once, when nobody is there to give one, and after {@code
   *     limit}
   */
  public CompletableFuture<Optional<Message>> ask(String key, Message question, Duration limit) {
    if (listeningSince == NEVER || closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    String correlation = Long.toString(asked.incrementAndGet());
    CompletableFuture<Optional<Message>> answer = new CompletableFuture<>();
    questions.put(correlation, answer);
    enqueue(new Said(Topology.INQUIRY, key, question, correlation, true));
    return answer
        .completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((result, failure) -> questions.remove(correlation));
  }

  private void enqueue(Said said) {
    while (!toSay.offer(said)) {
      toSay.poll();
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    closed = true;
    mouth.interrupt();
    ear.interrupt();
    handler.shutdownNow();
    questions.values().forEach(each -> each.complete(Optional.empty()));
  }

  // --- speaking ---------------------------------------------------------------------------------

  private void speakUntilClosed() {
    Pace pace = new Pace(AGAIN);
    try {
      while (!closed) {
        Connection connection = speaking.awaitOpen();
        pace.begin();
        speakOn(connection);
        pace.pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("nothing more is said: {}", e.getMessage());
    }
  }

  private void speakOn(Connection connection) throws InterruptedException {
    try {
      Channel channel = Connector.openChannel(connection);
      try {
        channel.addReturnListener(returned -> nobodyAnswers(returned.getProperties()));
        while (channel.isOpen()) {
          Said next = toSay.poll(1, TimeUnit.SECONDS);
          if (next != null) {
            publish(channel, next);
          }
        }
      } finally {
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("something was not said: {}", Connector.explain(e));
    }
  }

  private void publish(Channel channel, Said said) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(Outgoing.JSON)
            .appId(address)
            .replyTo(said.isQuestion() ? address : null)
            .correlationId(said.correlation().isEmpty() ? null : said.correlation())
            .build();
    channel.basicPublish(
        said.exchange(), said.key(), said.isQuestion(), properties, Codec.encode(said.message()));
  }

  private void nobodyAnswers(BasicProperties properties) {
    complete(String.valueOf(properties.getCorrelationId()), Optional.empty());
  }

  private void complete(String correlation, Optional<Message> answer) {
    CompletableFuture<Optional<Message>> question = questions.get(correlation);
    if (question != null) {
      question.completeAsync(() -> answer);
    }
  }

  // --- listening --------------------------------------------------------------------------------

  private void listenUntilClosed() {
    Pace pace = new Pace(AGAIN);
    try {
      while (!closed) {
        Connection connection = listening.awaitOpen();
        pace.begin();
        listenOn(connection);
        pace.pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("nothing more is heard: {}", e.getMessage());
    }
  }

  private void listenOn(Connection connection) throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    try {
      Topology.declare(connection, List.of());
      Channel channel = Connector.openChannel(connection);
      try {
        channel.addShutdownListener(cause -> lost.countDown());
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, Topology.INQUIRY, address);
        for (Binding binding : bindings) {
          channel.queueBind(queue, binding.exchange(), binding.key());
        }
        channel.basicConsume(queue, true, new Ear(channel, lost));
        listeningSince = System.nanoTime();
        onHandler(whenListening);
        lost.await();
      } finally {
        listeningSince = NEVER;
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("cannot listen: {}", Connector.explain(e));
    }
  }

  private void onHandler(Runnable task) {
    try {
      handler.execute(() -> contained(task));
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nobody hears");
    }
  }

  private static void contained(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a bug in handling talk", e);
    }
  }

  private final class Ear extends DefaultConsumer {
    private final CountDownLatch lost;

    Ear(Channel channel, CountDownLatch lost) {
      super(channel);
      this.lost = lost;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      Message message = decoded(body);
      if (message == null) {
        return;
      }
      String correlation = orEmpty(properties.getCorrelationId());
      if (envelope.getRoutingKey().equals(address)) {
        complete(correlation, Optional.of(message));
        return;
      }
      Heard heard =
          new Heard(
              message,
              orEmpty(properties.getReplyTo()),
              correlation,
              address.equals(properties.getAppId()));
      onHandler(() -> listener.accept(heard));
    }

    @Override
    public void handleCancel(String consumerTag) {
      lost.countDown();
    }
  }

  private static @Nullable Message decoded(byte[] body) {
    try {
      return Codec.decode(body);
    } catch (InvalidInputException e) {
      log.debug("did not understand what was said: {}", e.getMessage());
      return null;
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
