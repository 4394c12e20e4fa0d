package ci.assay.broker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Peer;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.model.JobId;
import ci.assay.testing.LogCapture;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("broker")
class ConfirmedPublisherTest {

  private final BrokerAddress address = TestBroker.shared().newVirtualHost();
  private final TcpProxy proxy = TcpProxy.to(address);
  private final BrokerConnection link =
      BrokerConnection.forPublishing(proxy.address(), "assay test");
  private final ConfirmedPublisher publisher =
      new ConfirmedPublisher(link, () -> List.of("default"));
  private final LogCapture log = new LogCapture();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger confirmed = new AtomicInteger();
  private Peer peer;

  @BeforeEach
  void start() throws Exception {
    peer = new Peer(address);
    link.start();
    publisher.start();
  }

  @AfterEach
  void close() {
    publisher.close();
    link.close();
    peer.close();
    proxy.close();
    log.close();
  }

  @Test
  void exceptionWhilePublishingDoesNotEndThePublisher() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    try (ConfirmedPublisher other =
        new ConfirmedPublisher(
            link,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("injected");
              }
              return List.of("default");
            })) {
      other.start();
      other.publishAll(List.of(OutgoingMessage.logPiece(id(), "run", 5, new byte[] {1})));
    }
    assertThat(log.linesWith("publishing failed, which is a defect; going on")).hasSize(1);
  }

  @Test
  void messageIsInItsQueueOnceItIsConfirmed() throws Exception {
    publisher.publishAll(List.of(OutgoingMessage.logPiece(id(), "run", 5, new byte[] {1})));

    CompletableFuture<IncomingMessage> taken = new CompletableFuture<>();
    peer.channel.basicConsume(
        "assay.results",
        (tag, each) ->
            taken.complete(
                IncomingMessage.of(
                    "q", "u", each.getEnvelope(), each.getProperties(), each.getBody())),
        tag -> {});
    IncomingMessage message = taken.get(10, TimeUnit.SECONDS);
    assertThat(message.id()).isEqualTo("run@5");
    assertThat(message.headers())
        .isEqualTo(Map.of("job", id().toString(), "run", "run", "offset", 5L));
    assertThat(message.contentType()).isEqualTo(OutgoingMessage.GZIP);
  }

  @Test
  void manyUnconfirmedMessagesKeepTheirOrder() throws Exception {
    List<OutgoingMessage> messages = messages(5_000);
    publisher.publishAll(messages);

    List<String> arrived = peer.listen("assay.jobs.default");
    await().untilAsserted(() -> assertThat(arrived).hasSize(5_000));
    assertThat(arrived).isEqualTo(messages.stream().map(OutgoingMessage::id).toList());
  }

  @Test
  void noMessageIsLostWhenTheConnectionIsCutRepeatedly() throws Exception {
    publisher.publishAll(messages(1));
    List<OutgoingMessage> messages = messages(6_000);
    CompletableFuture<Void> all = publishInBackground(messages);
    for (int i = 1; i <= 5; i++) {
      int enough = i * 800;
      await().pollInterval(Duration.ofMillis(1)).until(() -> confirmed.get() >= enough);
      proxy.cut();
    }

    all.get(30, TimeUnit.SECONDS);

    await().until(() -> confirmed.get() == messages.size());
    assertAllArrived(messages);
  }

  @Test
  void deletedTopologyIsDeclaredAgainAndTheMessageDelivered() throws Exception {
    publisher.publishAll(messages(1));
    peer.channel.queueDelete("assay.jobs.default");
    peer.channel.queueDelete("assay.results");

    List<OutgoingMessage> messages = messages(200);
    publisher.publishAll(messages);

    assertAllArrived(messages);
    assertThat(log.linesWith("no queue took a message")).hasSize(1);
  }

  @Test
  void deletedExchangeIsDeclaredAgainAndTheMessageDelivered() throws Exception {
    publisher.publishAll(messages(1));
    peer.channel.exchangeDelete("assay.jobs");

    List<OutgoingMessage> messages = messages(200);
    publisher.publishAll(messages);

    assertAllArrived(messages);
  }

  @Test
  void messageThatTheBrokerRefusesIsReportedAndTheOthersGoOn() throws Exception {
    publisher.publishAll(messages(1));
    List<CompletableFuture<Void>> good = new ArrayList<>();
    List<OutgoingMessage> messages = messages(50);
    for (OutgoingMessage each : messages.subList(0, 25)) {
      good.add(publisher.publish(each));
    }
    CompletableFuture<Void> bad = publisher.publish(Peer.message("assay.nothing", "", "bad"));
    for (OutgoingMessage each : messages.subList(25, 50)) {
      good.add(publisher.publish(each));
    }

    assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(PublishRefusedException.class)
        .hasMessageContaining("bad → assay.nothing/")
        .hasMessageContaining("NOT_FOUND");
    CompletableFuture.allOf(good.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    assertAllArrived(messages);
  }

  @Test
  void messageThatAmqpCannotCarryIsRefusedAtOnce() throws Exception {
    CompletableFuture<Void> bad =
        publisher.publish(Peer.message("assay.jobs", "x".repeat(300), "bad"));
    CompletableFuture<Void> huge =
        publisher.publish(
            new OutgoingMessage(
                "assay.jobs", "k", "huge", "", Map.of("h", "x".repeat(200_000)), new byte[0]));
    List<OutgoingMessage> messages = messages(3);
    publisher.publishAll(messages);

    assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(PublishRefusedException.class);
    assertThatThrownBy(() -> huge.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(PublishRefusedException.class);
    assertAllArrived(messages);
  }

  @Test
  void closingFailsUnconfirmedMessages() throws Exception {
    publisher.publishAll(messages(1));
    proxy.stall();
    CompletableFuture<Void> one = publisher.publish(messages(1).get(0));

    publisher.close();

    assertThatThrownBy(() -> one.get(1, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CannotRunException.class);
    assertThatThrownBy(() -> publisher.publishAll(messages(1)))
        .isInstanceOf(CannotRunException.class);
  }

  @Test
  void closedConnectionFailsUnconfirmedMessages() throws Exception {
    publisher.publishAll(messages(1));
    proxy.refuse();
    CompletableFuture<Void> one = publisher.publish(messages(1).get(0));

    link.close();

    assertThatThrownBy(() -> one.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CannotRunException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void waitingCallerIsReleasedWhenThePublisherIsClosed() throws Exception {
    publisher.publishAll(messages(1));
    proxy.stall();
    CompletableFuture<Void> all = publishInBackground(messages(3_000));

    await().until(() -> asked.get() == 1_000);
    publisher.close();

    assertThatThrownBy(() -> all.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CannotRunException.class);
  }

  private CompletableFuture<Void> publishInBackground(List<OutgoingMessage> messages) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (OutgoingMessage each : messages) {
              var unused = publisher.publish(each).thenRun(confirmed::incrementAndGet);
              asked.incrementAndGet();
            }
            publisher.publishAll(messages(1));
          } catch (PublishRefusedException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void assertAllArrived(List<OutgoingMessage> messages) throws Exception {
    List<String> arrived = peer.listen("assay.jobs.default");
    List<String> ids = messages.stream().map(OutgoingMessage::id).toList();
    await().untilAsserted(() -> assertThat(new HashSet<>(arrived)).containsAll(ids));
  }

  private static List<OutgoingMessage> messages(int count) {
    List<OutgoingMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(Peer.message(Topology.JOBS, "default", "message-" + i));
    }
    return messages;
  }

  private static JobId id() {
    return JobId.parse("demo/" + "a".repeat(40) + "/default");
  }
}
