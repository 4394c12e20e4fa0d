package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.testing.LogCapture;
import ci.assay.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that restarts, has a memory alarm, or closes a channel after an ack timeout. */
@Tag("own-broker")
@Timeout(180)
class BrokerTroubleTest {

  private static final String JOBS = "assay.jobs.default";
  private static final TestBroker broker = TestBroker.owned(List.of("consumer_timeout = 2000"));

  private final BrokerAddress address = broker.newVirtualHost();
  private final LogCapture log = new LogCapture();
  private final BrokerConnection publishing = BrokerConnection.forPublishing(address, "assay test");
  private final BrokerConnection consuming = BrokerConnection.forConsuming(address, "assay test");
  private final ConfirmedPublisher publisher =
      new ConfirmedPublisher(publishing, () -> List.of("default"));

  @BeforeEach
  void start() {
    publishing.start();
    consuming.start();
    publisher.start();
  }

  @AfterEach
  void close() {
    publisher.close();
    consuming.close();
    publishing.close();
    log.close();
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  @Test
  void brokerThatIsKilledAndComesBackLosesNothing() throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    AtomicInteger confirmed = new AtomicInteger();
    try (QueueConsumer consumer =
        consumer(
            JOBS,
            message -> {
              handled.add(message.id());
              return Disposition.ack();
            })) {
      consumer.start();
      Set<String> ids = new HashSet<>();
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      CompletableFuture<Void> restart =
          CompletableFuture.runAsync(
              () -> {
                await().until(() -> confirmed.get() > 500);
                broker.kill();
                broker.start();
              });
      for (int i = 0; i < 3_000; i++) {
        ids.add("job-" + i);
        sent.add(publisher.publish(Peer.message(Topology.JOBS, "default", "job-" + i)));
        var unused = sent.get(i).thenRun(confirmed::incrementAndGet);
      }
      restart.get(90, TimeUnit.SECONDS);

      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
      await().atMost(Duration.ofSeconds(60)).until(() -> handled.containsAll(ids));
    }
    assertThat(log.linesWith("lost the broker")).hasSize(1);
    assertThat(log.lines()).hasSizeBetween(3, 8);
  }

  @Test
  void publishingResumesAfterAMemoryAlarm() throws Exception {
    publisher.publishAll(List.of(Peer.message(Topology.JOBS, "default", "before")));
    broker.ctl("set_vm_memory_high_watermark", "0");
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      OutgoingMessage large =
          new OutgoingMessage(
              Topology.JOBS, "default", "m", OutgoingMessage.JSON, Map.of(), new byte[60_000]);
      sent.add(publisher.publish(large));
    }

    await().until(publishing::isBlocked);
    assertThat(consuming.isBlocked()).isFalse();
    assertThat(sent).anyMatch(each -> !each.isDone());
    broker.ctl("set_vm_memory_high_watermark", "0.4");

    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    await().until(() -> !publishing.isBlocked());
    assertThat(log.linesWith("takes no messages now")).hasSize(1);
    assertThat(log.linesWith("takes messages again")).hasSize(1);
  }

  @Test
  void blockedConnectionClosesQuickly() throws Exception {
    publisher.publishAll(List.of(Peer.message(Topology.JOBS, "default", "before")));
    broker.ctl("set_vm_memory_high_watermark", "0");
    try {
      for (int i = 0; i < 900; i++) {
        var unused =
            publisher.publish(
                new OutgoingMessage(Topology.JOBS, "default", "m", "", Map.of(), new byte[60_000]));
      }
      await().until(publishing::isBlocked);
      long began = System.nanoTime();

      publisher.close();
      publishing.close();

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    } finally {
      broker.ctl("set_vm_memory_high_watermark", "0.4");
    }
  }

  @Test
  void consumingContinuesAfterAnAckTimeout() throws Exception {
    broker.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 1000).");
    Semaphore goOn = new Semaphore(0);
    AtomicInteger begun = new AtomicInteger();
    try (Peer peer = new Peer(address)) {
      peer.channel.queueDeclare("patience", true, false, false, Map.of("x-queue-type", "quorum"));
      peer.send("", "patience", "slow");
      try (QueueConsumer consumer =
          consumer(
              "patience",
              message -> {
                begun.incrementAndGet();
                goOn.acquire();
                return Disposition.ack();
              })) {
        consumer.start();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> !log.linesWith("was cut off from its queue").isEmpty());
        assertThat(consumer.inHand())
            .as("the first is still handled, no second one is taken")
            .isEqualTo(1);
        await().untilAsserted(() -> assertThat(peer.ready("patience")).isEqualTo(1));

        goOn.release(2);

        await().until(() -> begun.get() == 2 && consumer.inHand() == 0);
      }
      assertThat(peer.ready("patience")).isZero();
    }
  }

  private QueueConsumer consumer(String queue, Disposition.Handler handler) {
    return new QueueConsumer(
        consuming,
        publisher,
        new QueueConsumer.Settings(List.of(queue), List.of("default"), "assay test", 1, 1),
        handler);
  }
}
