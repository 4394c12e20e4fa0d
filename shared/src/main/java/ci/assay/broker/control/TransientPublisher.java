package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.ChannelLoop;
import ci.assay.broker.OutageLog;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a {@link ControlChannel} has to say, one after the other, on a thread of its own. Safe
 * for use by many threads.
 */
final class TransientPublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlChannel.class);

  /** More than this may not wait to be said: the broker is slow or away, so the oldest is stale. */
  private static final int MOST_WAITING = 1_000;

  /** What was said so long ago would have been refused by now. */
  private static final Duration NOT_REFUSED = Duration.ofSeconds(5);

  private final String address;
  private final String self;
  private final String user;
  private final PendingRequests questions;
  private final ChannelLoop loop;
  private final OutageLog outage;
  private final BlockingQueue<TransientMessage> toSay = new LinkedBlockingQueue<>(MOST_WAITING);

  /**
   * @param broker what is published on; not closed by this object
   * @param address where answers go
   * @param self by which we know our own messages again
   * @param questions is told which ones nobody is there to answer
   */
  TransientPublisher(
      BrokerConnection broker,
      String name,
      String address,
      String self,
      PendingRequests questions) {
    this.outage = new OutageLog(log, name + " can reach the other programs again");
    this.address = address;
    this.self = self;
    this.user = broker.user();
    this.questions = questions;
    this.loop =
        new ChannelLoop(
            broker,
            log,
            name + " control publisher",
            outage,
            name + " cannot reach the other programs",
            this::speakOn);
  }

  void start() {
    loop.start();
  }

  /** Does not wait. */
  void send(TransientMessage said) {
    while (!toSay.offer(said)) {
      toSay.poll();
    }
  }

  @Override
  public void close() {
    loop.close();
  }

  private void speakOn(Channel channel) throws IOException, InterruptedException {
    channel.addReturnListener(
        returned ->
            questions.returned(String.valueOf(returned.getProperties().getCorrelationId())));
    long first = 0;
    while (channel.isOpen()) {
      TransientMessage next = toSay.poll(1, TimeUnit.SECONDS);
      if (next != null) {
        publish(channel, next);
        first = first == 0 ? System.nanoTime() : first;
      }
      if (first != 0 && System.nanoTime() - first >= NOT_REFUSED.toNanos()) {
        outage.end();
      }
    }
  }

  private void publish(Channel channel, TransientMessage said) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(OutgoingMessage.JSON)
            .appId(self)
            .userId(WorkerUsers.sender(channel.getConnection(), user))
            .replyTo(said.isQuestion() ? address : null)
            .correlationId(said.correlation().isEmpty() ? null : said.correlation())
            .build();
    channel.basicPublish(
        said.exchange(), said.key(), said.isQuestion(), properties, Codec.encode(said.message()));
  }
}
