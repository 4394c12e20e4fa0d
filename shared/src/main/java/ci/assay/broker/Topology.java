package ci.assay.broker;

import ci.assay.model.CannotRunException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Every exchange and queue of ours. Declaring is idempotent, and everybody declares what they use
 * before they use it, so a broker that was wiped heals by itself. All arguments are constants: a
 * redeclaration with other ones is refused by the broker.
 */
public final class Topology {

  /** Topic, key = pool: work, to its pool's queue and, as a copy, to {@link #RESULTS_QUEUE}. */
  public static final String JOBS = "assay.jobs";

  /** Topic, key = {@code started}, {@code log}, {@code result} or {@code tick}. */
  public static final String RESULTS = "assay.results";

  /** Fanout: what nobody could handle. */
  public static final String DEAD = "assay.dead";

  /** All that the coordinator learns: what is owed, what began and what it came to. */
  public static final String RESULTS_QUEUE = "assay.results";

  public static final String DEAD_QUEUE = "assay.dead";

  public static final String KEY_STARTED = "started";
  public static final String KEY_LOG = "log";
  public static final String KEY_RESULT = "result";

  /** How long a delivery may stay unacked: longer than any run should be. */
  static final Duration CONSUMER_TIMEOUT = Duration.ofHours(24);

  /** High enough never to be reached: attempts are ours to count. */
  static final int DELIVERY_LIMIT = 1_000_000;

  private Topology() {}

  /** The work queue of a pool. */
  public static String jobsQueue(String pool) {
    return JOBS + "." + pool;
  }

  /**
   * Declares the exchanges, the results queue, the dead-letter queue and the work queue of each of
   * {@code pools}.
   *
   * @throws IOException when the broker refuses; the channel is closed then
   */
  public static void declare(Channel channel, Collection<String> pools) throws IOException {
    Dialect dialect = Dialect.of(channel.getConnection());
    channel.exchangeDeclare(JOBS, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(RESULTS, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(DEAD, BuiltinExchangeType.FANOUT, true);

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

  /**
   * Waits for the broker and declares everything once, so that a process which may not do so says
   * it at its start.
   *
   * @throws CannotRunException when the broker refuses us, our permissions or our arguments
   */
  public static void declareAtStart(BrokerLink link, Collection<String> pools)
      throws InterruptedException {
    while (true) {
      Connection connection = link.awaitOpen();
      try {
        declareOnce(connection, pools);
        return;
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        TimeUnit.MILLISECONDS.sleep(Backoff.CONNECTION.first().toMillis());
      }
    }
  }

  /** Declares everything on a channel of its own; anything but a refusal may pass by itself. */
  static void declareOnce(Connection connection, Collection<String> pools)
      throws IOException, TimeoutException {
    try (Channel channel = connection.openChannel().orElseThrow()) {
      declare(channel, pools);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throwIfRefused(e);
      throw e;
    }
  }

  private static void throwIfRefused(Exception failure) {
    String why = Connector.explain(failure.getCause() == null ? failure : failure.getCause());
    if (why.contains("ACCESS_REFUSED")) {
      throw new CannotRunException(
          "the broker's user lacks a permission on our queues: " + why + "; see docs/operations.md",
          failure);
    }
    if (why.contains("PRECONDITION_FAILED")) {
      throw new CannotRunException(
          "the broker has a queue of ours with other arguments: " + why + "; delete that queue",
          failure);
    }
  }

  private static Map<String, Object> arguments(Dialect dialect, boolean singleActiveConsumer) {
    Map<String, Object> arguments = new HashMap<>(dialect.durableQueue(singleActiveConsumer));
    arguments.putAll(dialect.deadLetteringTo(DEAD));
    return arguments;
  }
}
