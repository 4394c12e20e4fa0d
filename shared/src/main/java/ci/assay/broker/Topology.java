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
 * Every exchange and queue of Assay. Declaring is idempotent, and each program declares what it
 * uses before it uses it, so a broker that was wiped is repaired without an operator. All arguments
 * are constants, since the broker refuses to declare a queue again with other arguments.
 */
public final class Topology {

  /**
   * Topic, key = pool: jobs, to the queue of their pool and, as a copy, to {@link #RESULTS_QUEUE}.
   */
  public static final String JOBS = "assay.jobs";

  /**
   * Topic, key = {@code started}, {@code returned}, {@code log}, {@code result} or {@code tick}.
   */
  public static final String RESULTS = "assay.results";

  /** Fanout: messages that could not be handled. */
  public static final String DEAD = "assay.dead";

  /** Fanout: what workers ask and tell each other. */
  public static final String CONTROL = "assay.control";

  /**
   * Direct: questions to the active coordinator, key = {@link #KEY_ASK} or {@link #KEY_RECONCILE}.
   */
  public static final String INQUIRY = "assay.inquiry";

  /**
   * Direct: orders to the active coordinator, key = {@link #KEY_ORDER}, and hints to observers, key
   * = {@link #KEY_POLL}, {@link #keyOfWatched} or {@link #KEY_WATCHES}.
   */
  public static final String ORDERS = "assay.orders";

  /**
   * Direct: what only the coordinator sends: to every program, key = {@link #KEY_ALL}, and answers,
   * key = the reply address of the asker. A message on this exchange is known to be from the
   * coordinator, since the broker's permissions let no other role write there.
   */
  public static final String COORDINATOR = "assay.coordinator";

  /** Topic, key = {@code worker.<name>}: which workers are there and what they run. */
  public static final String PRESENCE = "assay.presence";

  /** Topic, key = {@link LiveLogPiece#key}: what runs print, while somebody watches. */
  public static final String LIVE = "assay.live";

  /** Everything that the coordinator stores: jobs that are owed, starts of runs, and results. */
  public static final String RESULTS_QUEUE = "assay.results";

  public static final String DEAD_QUEUE = "assay.dead";

  public static final String KEY_STARTED = "started";
  public static final String KEY_RETURNED = "returned";
  public static final String KEY_LOG = "log";
  public static final String KEY_RESULT = "result";
  public static final String KEY_TICK = "tick";

  /**
   * Key on {@link #JOBS} of where refs point. Only the results queue gets it, since no pool can
   * have this name. It needs the permission to publish jobs, which workers do not have.
   */
  public static final String KEY_REFS = ":refs";

  /** Key of a worker's question before a start: {@code StartRequest}. */
  public static final String KEY_ASK = "ask";

  /** Key of an observer's question: {@code ReconcileRequest}. */
  public static final String KEY_RECONCILE = "reconcile";

  /** Key of what the coordinator sends to every program. */
  public static final String KEY_ALL = "all";

  /** Key of a person's order: {@code Order}. */
  public static final String KEY_ORDER = "order";

  /** Key of a hint that something was pushed: {@code PollRequest}. */
  public static final String KEY_POLL = "poll";

  /** Key of a hint about this repository: only an observer that watches it is bound to this key. */
  public static String keyOfWatched(String repository) {
    return KEY_POLL + "." + repository;
  }

  /** A key that every observer since 0.2 is bound to, so that it can be told from an older one. */
  public static final String KEY_WATCHES = "watches";

  /** How long a delivery may stay unacked: longer than any run should be. */
  static final Duration CONSUMER_TIMEOUT = Duration.ofHours(24);

  /** High enough never to be reached: Assay counts attempts itself. */
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
   * {@code pools}. Without the permission to do so, it is enough that all of them exist.
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

  /** Uses a channel of its own, since a refusal closes the channel. */
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
   * How many jobs of a pool wait for a worker; 0 where its queue does not exist. Needs no
   * permission.
   *
   * @throws IOException when the broker does not answer
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
   * Waits for the broker and declares everything once, so that a process that lacks a permission
   * fails at its start.
   *
   * @throws CannotRunException when the broker refuses our login, denies a permission, or has one
   *     of them with other arguments
   */
  public static void declareAtStart(BrokerConnection broker, Collection<String> pools)
      throws InterruptedException {
    RetryPacer pacer = new RetryPacer(RetryPacer.CONNECTION);
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
   * @throws CannotRunException when the broker denies a permission, or has one of them with other
   *     arguments
   * @throws IOException when a later attempt may succeed
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
