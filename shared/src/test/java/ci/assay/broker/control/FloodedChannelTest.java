package ci.assay.broker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Peer;
import ci.assay.broker.Topology;
import ci.assay.message.LivenessQuery;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.testing.TestBroker;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("broker")
class FloodedChannelTest {

  private static final int MANY = 20_000;

  private static final JobId JOB = JobId.of("bottle", new CommitId("4".repeat(40)), "default");
  private static final byte[] WHO = Codec.encode(new LivenessQuery(JOB, "0".repeat(26)));

  @Test
  void messagesThatNobodyCanHandleSoFastAreDroppedAndLaterOnesHeard() throws Exception {
    BrokerAddress address = TestBroker.shared().newVirtualHost();
    AtomicInteger heard = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    try (BrokerConnection consuming = BrokerConnection.forConsuming(address, "flooded");
        BrokerConnection publishing = BrokerConnection.forPublishing(address, "flooded");
        ControlChannel control =
            new ControlChannel(
                consuming,
                publishing,
                "flooded",
                List.of(Binding.control()),
                message -> {
                  heard.incrementAndGet();
                  awaitUninterruptibly(goOn);
                },
                () -> {});
        Peer peer = new Peer(address)) {
      consuming.start();
      publishing.start();
      control.start();
      await().until(() -> control.listeningFor().toMillis() > 0);

      for (int i = 0; i < MANY; i++) {
        peer.channel.basicPublish(Topology.CONTROL, "", null, WHO);
      }
      answerAQuestion(control, peer); // by the same queue, so that it comes after them all
      goOn.countDown();
      await().during(Duration.ofMillis(500)).until(() -> heard.get() > 0);
      int some = heard.get();
      assertThat(some).isLessThan(MANY / 2);

      peer.channel.basicPublish(Topology.CONTROL, "", null, WHO);
      await().until(() -> heard.get() == some + 1);
    }
  }

  private static void answerAQuestion(ControlChannel control, Peer peer) throws Exception {
    String queue = peer.channel.queueDeclare().getQueue();
    peer.channel.queueBind(queue, Topology.INQUIRY, Topology.KEY_ASK);
    CompletableFuture<Optional<Message>> answer =
        control.ask(
            Topology.KEY_ASK,
            new StartRequest(JOB, "0".repeat(26), "one", 3, List.of()),
            Duration.ofSeconds(30));
    GetResponse question = await().until(() -> peer.take(queue), Objects::nonNull);
    peer.channel.basicPublish(
        Topology.COORDINATOR,
        question.getProps().getReplyTo(),
        new BasicProperties.Builder().correlationId(question.getProps().getCorrelationId()).build(),
        Codec.encode(new StartReply(JOB, StartReply.Decision.RUN, 1, List.of(), null)));
    assertThat(answer.get(30, TimeUnit.SECONDS)).isPresent();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
