package ci.assay.broker;

import ci.assay.common.Backoff;
import ci.assay.common.CannotRunException;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * Uses one channel after the other, on a thread of its own: when one is lost, the next is opened. A
 * failure to open one is logged once per outage; a lost connection is logged by {@link
 * BrokerConnection}. Safe for use by many threads.
 */
public final class ChannelLoop implements AutoCloseable {

  /** The wait between two attempts to open a channel. */
  static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final BrokerConnection broker;
  private final Logger log;
  private final OutageLog outage;
  private final String cannot;
  private final Use use;
  private final Thread thread;
  private volatile boolean closed;

  /** What is done with each channel. */
  public interface Use {

    /** Waits until a channel is wanted. */
    default void awaitNeed() throws InterruptedException {}

    /**
     * Uses the channel, and returns when it is lost or no longer wanted; the loop then closes it.
     */
    void on(Channel channel) throws IOException, InterruptedException;
  }

  /**
   * @param broker the connection to open channels on; not closed by this object
   * @param name the name of the thread
   * @param outage begun here when the broker refuses or closes a channel; {@code use} must end it
   * @param cannot the log text that says what does not work during an outage
   */
  public ChannelLoop(
      BrokerConnection broker, Logger log, String name, OutageLog outage, String cannot, Use use) {
    this.broker = broker;
    this.log = log;
    this.outage = outage;
    this.cannot = cannot;
    this.use = use;
    this.thread = Threads.daemon(name, this::runUntilClosed);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void runUntilClosed() {
    RetryPacer pacer = new RetryPacer(AGAIN);
    try {
      while (!closed) {
        Steps.lasting(
            thread.getName(),
            () -> {
              use.awaitNeed();
              Connection connection = broker.awaitOpen();
              pacer.begin();
              useOne(connection);
              pacer.pause();
            });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("{} ends: {}", thread.getName(), e.getMessage());
    }
  }

  private void useOne(Connection connection) throws InterruptedException {
    try {
      Channel channel = Connector.openChannel(connection);
      try {
        use.on(channel);
        if (!channel.isOpen()) {
          report(connection, Connector.explain(channel.getCloseReason()));
        }
      } finally {
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      report(connection, Connector.explain(e));
    }
  }

  private void report(Connection connection, String why) {
    if (connection.isOpen() && !closed) {
      outage.begin(cannot + ": " + why);
    }
  }
}
