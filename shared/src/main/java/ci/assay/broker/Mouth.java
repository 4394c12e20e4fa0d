package ci.assay.broker;

import ci.assay.model.CannotRunException;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a {@link Talk} has to say, one after the other, on a thread of its own. Safe for use by
 * many threads.
 */
final class Mouth implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Talk.class);

  /** More than this may not wait to be said: the broker is slow or away, so the oldest is stale. */
  private static final int MOST_WAITING = 1_000;

  /** What was said so long ago would have been refused by now. */
  private static final Duration NOT_REFUSED = Duration.ofSeconds(5);

  private final BrokerLink link;
  private final String name;
  private final String address;
  private final Questions questions;
  private final Thread speaker;
  private final Outage mute;
  private final BlockingQueue<Said> toSay = new LinkedBlockingQueue<>(MOST_WAITING);
  private volatile boolean closed;

  /**
   * @param link what is published on; not closed by this object
   * @param address where answers go
   * @param questions is told which ones nobody is there to answer
   */
  Mouth(BrokerLink link, String name, String address, Questions questions) {
    this.link = link;
    this.name = name;
    this.mute = new Outage(log, name + " can talk to the other programs again");
    this.address = address;
    this.questions = questions;
    this.speaker = Talk.daemon(this::speakUntilClosed, name + " mouth");
  }

  void start() {
    speaker.start();
  }

  /** Does not wait. */
  void say(Said said) {
    while (!toSay.offer(said)) {
      toSay.poll();
    }
  }

  @Override
  public void close() {
    closed = true;
    speaker.interrupt();
  }

  private void speakUntilClosed() {
    Pace pace = new Pace(Talk.AGAIN);
    try {
      while (!closed) {
        Connection connection = link.awaitOpen();
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
        channel.addReturnListener(
            returned ->
                questions.returned(String.valueOf(returned.getProperties().getCorrelationId())));
        speakOn(channel);
        report(connection, Connector.explain(channel.getCloseReason()));
      } finally {
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      report(connection, Connector.explain(e));
    }
  }

  private void speakOn(Channel channel) throws IOException, InterruptedException {
    long first = 0;
    while (channel.isOpen()) {
      Said next = toSay.poll(1, TimeUnit.SECONDS);
      if (next != null) {
        publish(channel, next);
        first = first == 0 ? System.nanoTime() : first;
      }
      if (first != 0 && System.nanoTime() - first >= NOT_REFUSED.toNanos()) {
        mute.end();
      }
    }
  }

  /** A lost connection is the link's to report. */
  private void report(Connection connection, String why) {
    if (connection.isOpen() && !closed) {
      mute.begin(name + " cannot talk to the other programs: " + why);
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
}
