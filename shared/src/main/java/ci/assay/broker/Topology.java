package ci.assay.broker;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.common.CannotRunException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every exchange and queue of ours. Declaring is idempotent, and everybody declares what they use
 * before they use it, so a broker that was wiped heals by itself. All arguments are constants: a
 * redeclaration with other ones is refused by the broker.
 */
public final class Topology {

  /** Topic, key = pool: work, to its pool's queue and, as a copy, to {@link #RESULTS_QUEUE}. */
  public static final String JOBS = "assay.jobs";

  /**
   * Topic, key = {@code started}, {@code returned}, {@code log}, {@code result} or {@code tick}.
   */
  public static final String RESULTS = "assay.results";

  /** Fanout: what nobody could handle. */
  public static final String DEAD = "assay.dead";

  /** Fanout: what workers ask and tell each other. */
  public static final String CONTROL = "assay.control";

  /** Direct: questions to the active coordinator, key = what about. */
  public static final String INQUIRY = "assay.inquiry";

  /**
   * Direct: what people ask of the active coordinator, key = {@link #KEY_ORDER}, and of observers,
   * key = {@link #KEY_POLL}.
   */
  public static final String ORDERS = "assay.orders";

  /**
   * Direct: what the coordinator alone says, to everybody, key = {@link #KEY_ALL}, and as answers,
   * key = who asked. That a message came by it is what proves who sent it, since the broker lets no
   * other role write there.
   */
  public static final String COORDINATOR = "assay.coordinator";

  /** Topic, key = {@code worker.<name>}: who is there and what they do. */
  public static final String PRESENCE = "assay.presence";

  /** Topic, key = {@link LiveLogPiece#key}: what runs print, while somebody watches. */
  public static final String LIVE = "assay.live";

  /** All that the coordinator learns: what is owed, what began and what it came to. */
  public static final String RESULTS_QUEUE = "assay.results";

  public static final String DEAD_QUEUE = "assay.dead";

  public static final String KEY_STARTED = "started";
  public static final String KEY_RETURNED = "returned";
  public static final String KEY_LOG = "log";
  public static final String KEY_RESULT = "result";
  public static final String KEY_TICK = "tick";

  /**
   * By {@link #JOBS}, of where refs point: to the results queue alone, since no pool can have this
   * name. Who may queue jobs may say that; workers may not.
   */
  public static final String KEY_REFS = ":refs";

  /** Of a worker's question before a start: {@code Ask}. */
  public static final String KEY_ASK = "ask";

  /** Of an observer's question: {@code Reconcile}. */
  public static final String KEY_RECONCILE = "reconcile";

  /** Of what the coordinator says to everybody. */
  public static final String KEY_ALL = "all";

  /** Of a person's wish: {@code Order}. */
  public static final String KEY_ORDER = "order";

  /** Of a hint that something was pushed: {@code PollRequest}. */
  public static final String KEY_POLL = "poll";

  /** Of a hint about this very repository: only an observer that watches it listens to it. */
  public static String keyOfWatched(String repository) {
    return KEY_POLL + "." + repository;
  }

  /** What an observer listens to besides, so that one can be told from those of before 0.2. */
  public static final String KEY_WATCHES = "watches";

  /** How long a delivery may stay unacked: longer than any run should be. */
  static final Duration CONSUMER_TIMEOUT = Duration.ofHours(24);

  /** High enough never to be reached: attempts are ours to count. */
  static final int DELIVERY_LIMIT = 1_000_000;

  private static final List<String> EXCHANGES =
      List.of(JOBS, RESULTS, DEAD, CONTROL, INQUIRY, ORDERS, COORDINATOR, PRESENCE, LIVE);

  private Topology() {}

  /** The work queue of a pool. */
  public static String jobsQueue(String pool) {
    return JOBS + "." + pool;
  }

  /**
   * Declares the exchanges, the results queue, the dead-letter queue and the work queue of each of
   * {@code pools}. Where we may not, it is enough that all of them are there.
   *
   * @throws IOException when the broker refuses
   */
  public static void declare(Connection connection, Collection<String> pools) throws IOException {
    try {
      onChannelOf(connection, channel -> create(channel, pools));
    } catch (IOException e) {
      if (!ReplyCodes.isRefusedAccess(e)) {
        throw e;
      }
      lookUp(connection, pools, e);
    }
  }

  private static void lookUp(
      Connection connection, Collection<String> pools, IOException whyNotCreated)
      throws IOException {
    try {
      onChannelOf(connection, channel -> find(channel, pools));
    } catch (IOException e) {
      if (!ReplyCodes.isRefusedAccess(e) && !Connector.explain(e).startsWith("NOT_FOUND")) {
        throw e; // the connection was lost meanwhile, which says nothing about permissions
      }
      whyNotCreated.addSuppressed(e);
      throw whyNotCreated;
    }
  }

  private static void create(Channel channel, Collection<String> pools) throws IOException {
    Dialect dialect = Dialect.of(channel.getConnection());
    channel.exchangeDeclare(JOBS, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(RESULTS, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(DEAD, BuiltinExchangeType.FANOUT, true);
    channel.exchangeDeclare(CONTROL, BuiltinExchangeType.FANOUT, true);
    channel.exchangeDeclare(INQUIRY, BuiltinExchangeType.DIRECT, true);
    channel.exchangeDeclare(ORDERS, BuiltinExchangeType.DIRECT, true);
    channel.exchangeDeclare(COORDINATOR, BuiltinExchangeType.DIRECT, true);
    channel.exchangeDeclare(PRESENCE, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(LIVE, BuiltinExchangeType.TOPIC, true);

    channel.queueDeclare(DEAD_QUEUE, true, false, false, dialect.durableQueue(false));
    channel.queueBind(DEAD_QUEUE, DEAD, "");

    channel.queueDeclare(RESULTS_QUEUE, true, false, false, arguments(dialect, true));
    channel.queueBind(RESULTS_QUEUE, RESULTS, "#");
    channel.queueBind(RESULTS_QUEUE, JOBS, "#");
    for (String pool : pools) {
      channel.queueDeclare(jobsQueue(pool), true, false, false, arguments(dialect, false));
      channel.queueBind(jobsQueue(pool), JOBS, pool);
    }
  }

  private static void find(Channel channel, Collection<String> pools) throws IOException {
    for (String exchange : EXCHANGES) {
      channel.exchangeDeclarePassive(exchange);
    }
    channel.queueDeclarePassive(DEAD_QUEUE);
    channel.queueDeclarePassive(RESULTS_QUEUE);
    for (String pool : pools) {
      channel.queueDeclarePassive(jobsQueue(pool));
    }
  }

  /** On a channel of its own, since a refusal closes it. */
  private static void onChannelOf(Connection connection, OnChannel action) throws IOException {
    Channel channel = Connector.openChannel(connection);
    try {
      action.run(channel);
    } finally {
      channel.abort();
    }
  }

  @FunctionalInterface
  private interface OnChannel {
    void run(Channel channel) throws IOException;
  }

  /**
   * How many jobs of a pool wait for a worker; none where its queue is not there. Takes no
   * permission.
   *
   * @throws IOException when the broker does not say
   */
  public static long readyIn(BrokerConnection broker, String pool)
      throws IOException, InterruptedException {
    Channel channel = Connector.openChannel(broker.awaitOpen());
    try {
      return channel.queueDeclarePassive(jobsQueue(pool)).getMessageCount();
    } catch (IOException | ShutdownSignalException e) {
      if (Connector.explain(e).startsWith("NOT_FOUND")) {
        return 0;
      }
      throw new IOException("queue " + jobsQueue(pool) + ": " + Connector.explain(e), e);
    } finally {
      channel.abort();
    }
  }

  /**
   * Waits for the broker and declares everything once, so that a process which may not do so says
   * it at its start.
   *
   * @throws CannotRunException when the broker refuses us, our permissions or our arguments
   */
  public static void declareAtStart(BrokerConnection broker, Collection<String> pools)
      throws InterruptedException {
    RetryPacer pacer = new RetryPacer(Backoff.CONNECTION);
    while (true) {
      Connection connection = broker.awaitOpen();
      pacer.begin();
      try {
        declareOnce(connection, pools);
        return;
      } catch (IOException | ShutdownSignalException e) {
        pacer.pause();
      }
    }
  }

  /**
   * @throws CannotRunException when the broker refuses our permissions or our arguments
   * @throws IOException for what may pass by itself
   */
  static void declareOnce(Connection connection, Collection<String> pools) throws IOException {
    try {
      declare(connection, pools);
    } catch (IOException | ShutdownSignalException e) {
      throwIfRefused(e);
      throw e;
    }
  }

  private static void throwIfRefused(Exception failure) {
    String why = Connector.explain(failure);
    if (why.startsWith("ACCESS_REFUSED")) {
      throw new CannotRunException(
          "the broker's user lacks a permission: " + why + "; see docs/operations.md", failure);
    }
    if (why.startsWith("PRECONDITION_FAILED")) {
      throw new CannotRunException(
          "the broker has a queue or exchange of ours with other arguments: "
              + why
              + "; delete it there",
          failure);
    }
  }

  private static Map<String, Object> arguments(Dialect dialect, boolean singleActiveConsumer) {
    Map<String, Object> arguments = new HashMap<>(dialect.durableQueue(singleActiveConsumer));
    arguments.putAll(dialect.deadLetteringTo(DEAD));
    return arguments;
  }
}
