package ci.assay.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.BrokerLogin;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.BrokerQueues;
import ci.assay.broker.Dialect;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.testing.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker keeps the promises that our adapter relies on. */
@Tag("own-broker")
class EmbeddedBrokerTest {

  private static final List<String> POOLS = List.of("default");

  @TempDir Path data;

  @Test
  void whatWasConfirmedSurvivesARestartOfTheDurableBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.durable(data);
        Peer peer = new Peer(broker.address())) {
      peer.publish("kept");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(data);
        Peer peer = new Peer(broker.address())) {
      List<String> received = synchronizedList();
      peer.consume(Topology.jobsQueue("default"), 1, record(received));
      await().until(() -> received.equals(List.of("kept")));
    }
    assertThat(Path.of("derby.log")).doesNotExist();
  }

  @Test
  void aFolderInUseIsRefusedInOneLine() {
    try (EmbeddedBroker broker = EmbeddedBroker.durable(data)) {
      assertThat(broker.address().host()).isEqualTo("127.0.0.1");
      assertThatThrownBy(() -> EmbeddedBroker.durable(data))
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining("is in use by another assay process");
    }
  }

  @Test
  void aWrongPasswordIsRefused() {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory()) {
      BrokerAddress right = broker.address();
      BrokerAddress wrong =
          new BrokerAddress(
              false, right.host(), right.port(), new BrokerLogin(right.user(), "guess"), "/", null);
      assertThatThrownBy(() -> BrokerProbe.of(wrong, "intruder", POOLS))
          .isInstanceOf(CannotRunException.class);
      assertThat(BrokerProbe.of(right, "friend", POOLS).dialect()).isEqualTo(Dialect.EMBEDDED);
    }
  }

  @Test
  void itsQueuesAreKnownByWhateverWayTheyAreReachedAndNotTakenForAnothers() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        EmbeddedBroker other = EmbeddedBroker.inMemory();
        TcpProxy way = TcpProxy.to(broker.address())) {
      BrokerQueues queues = queues(broker.address());
      assertThat(queues.areThoseOf(queues(way.address()))).isTrue();
      assertThat(queues.areThoseOf(queues(other.address()))).isFalse();
      assertThat(queues.toString()).doesNotContain(broker.address().password());
    }
  }

  private static BrokerQueues queues(BrokerAddress address) throws InterruptedException {
    try (BrokerConnection link = BrokerConnection.forPublishing(address, "test")) {
      link.start();
      return link.queues();
    }
  }

  @Test
  void aDeliveryIsGivenToAnotherWhenItsConsumerDies() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        Peer dying = new Peer(broker.address());
        Peer other = new Peer(broker.address())) {
      CountDownLatch taken = new CountDownLatch(1);
      CountDownLatch never = new CountDownLatch(1);
      dying.consume(
          Topology.jobsQueue("default"),
          1,
          message -> {
            taken.countDown();
            never.await();
            return Disposition.ack();
          });
      other.publish("job");
      taken.await();
      List<Boolean> redelivered = Collections.synchronizedList(new ArrayList<>());
      other.consume(
          Topology.jobsQueue("default"),
          1,
          message -> {
            redelivered.add(message.redelivered());
            return Disposition.ack();
          });

      dying.close();

      await().until(() -> redelivered.equals(List.of(true)));
    }
  }

  @Test
  void aMessageWhoseQueueVanishedIsPublishedOnceItIsDeclaredAgain() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        Peer peer = new Peer(broker.address())) {
      peer.publish("first");
      try (var channel = peer.consuming.awaitOpen().createChannel()) {
        channel.queueDelete(Topology.jobsQueue("default"));
        channel.queueDelete(Topology.RESULTS_QUEUE);
      }
      peer.publish("second");

      List<String> received = synchronizedList();
      peer.consume(Topology.jobsQueue("default"), 1, record(received));
      await().until(() -> received.equals(List.of("second")));
    }
  }

  @Test
  void onlyOneOfTwoConsumersOfTheResultsIsActive() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        Peer first = new Peer(broker.address());
        Peer second = new Peer(broker.address())) {
      List<String> receivedByFirst = synchronizedList();
      List<String> receivedBySecond = synchronizedList();
      first.consume(Topology.RESULTS_QUEUE, 8, record(receivedByFirst));
      first.publish("warm-up");
      await().until(() -> receivedByFirst.size() == 1);
      second.consume(Topology.RESULTS_QUEUE, 8, record(receivedBySecond));
      List<String> all = IntStream.range(0, 50).mapToObj(i -> "message " + i).toList();
      for (String each : all) {
        first.publish(each);
      }
      await().until(() -> receivedByFirst.size() == 51);
      assertThat(receivedBySecond).isEmpty();

      first.close();
      second.publish("for the next one");

      await().until(() -> receivedBySecond.equals(List.of("for the next one")));
    }
  }

  @Test
  void noMoreIsInHandThanThePrefetchAllows() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        Peer busy = new Peer(broker.address());
        Peer idle = new Peer(broker.address())) {
      CountDownLatch release = new CountDownLatch(1);
      List<String> receivedByBusy = synchronizedList();
      busy.consume(
          Topology.jobsQueue("default"),
          1,
          message -> {
            receivedByBusy.add(text(message.body()));
            release.await();
            return Disposition.ack();
          });
      busy.publish("one");
      await().until(() -> receivedByBusy.size() == 1);
      busy.publish("two");
      busy.publish("three");

      List<String> receivedByIdle = synchronizedList();
      idle.consume(Topology.jobsQueue("default"), 1, record(receivedByIdle));

      await().until(() -> receivedByIdle.equals(List.of("two", "three")));
      release.countDown();
    }
  }

  /** Unlike RabbitMQ, it counts unacknowledged messages among those of a queue. */
  @Test
  void whatAConsumerHoldsIsCounted() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
        Peer holder = new Peer(broker.address());
        var channel = holder.consuming.awaitOpen().createChannel()) {
      CountDownLatch taken = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      String queue = Topology.jobsQueue("default");
      holder.consume(
          queue,
          1,
          message -> {
            taken.countDown();
            release.await();
            return Disposition.ack();
          });
      holder.publish("job");
      taken.await();
      assertThat(channel.messageCount(queue)).isOne();

      release.countDown();

      await().until(() -> channel.messageCount(queue) == 0);
    }
  }

  @Test
  void nothingOfItKeepsTheProcessAlive() {
    EmbeddedBroker.durable(data).close();
    EmbeddedBroker.inMemory().close();
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !thread.isDaemon() && thread.isAlive())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("Broker") || name.contains("virtualhost")));
    assertThat(Files.exists(Path.of("work"))).isFalse();
  }

  private static Disposition.Handler record(List<String> received) {
    return message -> {
      received.add(text(message.body()));
      return Disposition.ack();
    };
  }

  private static List<String> synchronizedList() {
    return Collections.synchronizedList(new ArrayList<>());
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** A client that publishes jobs and consumes. */
  private static final class Peer implements AutoCloseable {
    final BrokerConnection consuming;
    private final BrokerConnection publishing;
    private final ConfirmedPublisher publisher;
    private final List<QueueConsumer> consumers = new ArrayList<>();

    Peer(BrokerAddress broker) {
      consuming = BrokerConnection.forConsuming(broker, "peer");
      publishing = BrokerConnection.forPublishing(broker, "peer");
      publisher = new ConfirmedPublisher(publishing, () -> POOLS);
      consuming.start();
      publishing.start();
      publisher.start();
    }

    void publish(String text) throws Exception {
      publisher.publishAll(
          List.of(
              new OutgoingMessage(
                  Topology.JOBS,
                  "default",
                  text,
                  "text/plain",
                  Map.of(),
                  text.getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * Consumes with one thread, and so with one channel. With two consumers of a single-active
     * queue on one connection, this broker polls the idle one endlessly; so our coordinator has
     * only one, too.
     */
    void consume(String queue, int prefetch, Disposition.Handler handler) {
      QueueConsumer consumer =
          new QueueConsumer(
              consuming,
              publisher,
              new QueueConsumer.Settings(List.of(queue), POOLS, "peer", prefetch, 1),
              handler);
      consumers.add(consumer);
      consumer.start();
    }

    @Override
    public void close() {
      consumers.forEach(QueueConsumer::close);
      publisher.close();
      publishing.close();
      consuming.close();
    }
  }
}
