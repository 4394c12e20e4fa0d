package ci.assay.broker.consume;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Peer;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition.Ack;
import ci.assay.broker.consume.Disposition.Hold;
import ci.assay.broker.consume.Disposition.HoldThenRetry;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.broker.consume.Disposition.PublishCallback;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.testing.LogCapture;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(120)
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host of its own, and waits")
@Tag("broker")
class QueueConsumerTest {

  /** The frame size that client and broker negotiate, in bytes. */
  private static final int FRAME = 131_072;

  private static final String JOBS = "assay.jobs.default";
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** All write one log: by this a line is known as one of this consumer. */
  private final String tag = "assay test " + COUNT.incrementAndGet();

  private final BrokerAddress address = TestBroker.shared().newVirtualHost();
  private final TcpProxy proxy = TcpProxy.to(address);
  private final BrokerConnection publishing = BrokerConnection.forPublishing(address, "assay test");
  private final BrokerConnection consuming =
      BrokerConnection.forConsuming(proxy.address(), "assay test");
  private final ConfirmedPublisher publisher =
      new ConfirmedPublisher(publishing, () -> List.of("default", "big"));
  private final LogCapture log = new LogCapture();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private QueueConsumer consumer = consumer(1, 1, List.of(JOBS), message -> Disposition.ack());
  private Peer peer;

  @BeforeAll
  static void waitLong() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }

  @BeforeEach
  void connect() throws Exception {
    peer = new Peer(address);
    Topology.declare(peer.connection(), List.of("default", "big"));
    publishing.start();
    consuming.start();
    publisher.start();
  }

  @AfterEach
  void close() {
    consumer.close();
    publisher.close();
    consuming.close();
    publishing.close();
    peer.close();
    proxy.close();
    log.close();
  }

  @Test
  void deliveryIsAckedAfterTheConfirmsOfItsMessages() throws Exception {
    consume(
        message ->
            new Ack(List.of(Peer.message(Topology.RESULTS, "result", "of-" + message.id()))));
    List<String> results = peer.listen("assay.results");

    sendJob("a");

    await().untilAsserted(() -> assertThat(results).containsExactly("a", "of-a"));
    assertNothingIsLeft();
  }

  @Test
  void deliveryIsRedeliveredWhenSettlingItThrows() throws Exception {
    AtomicInteger settled = new AtomicInteger();
    consume(
        message ->
            new Ack(List.of())
                .andThen(
                    () -> {
                      if (settled.incrementAndGet() == 1) {
                        throw new StackOverflowError("injected");
                      }
                    }));

    sendJob("unsettled");
    sendJob("b");

    await().atMost(Duration.ofSeconds(30)).until(() -> settled.get() == 3);
    assertThat(log.linesWith("message 'unsettled' goes back to the queue because of a defect"))
        .hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void handlerGetsTheMessageAsItWasSent() throws Exception {
    CompletableFuture<IncomingMessage> seen = new CompletableFuture<>();
    consume(
        message -> {
          seen.complete(message);
          return Disposition.ack();
        });

    sendJob("a");

    IncomingMessage message = seen.get(10, TimeUnit.SECONDS);
    assertThat(message.queue()).isEqualTo(JOBS);
    assertThat(message.exchange()).isEqualTo("assay.jobs");
    assertThat(message.routingKey()).isEqualTo("default");
    assertThat(message.id()).isEqualTo("a");
    assertThat(message.contentType()).isEqualTo("application/json");
    assertThat(message.headers()).containsEntry("who", "peer").hasSize(1);
    assertThat(message.redelivered()).isFalse();
    assertThat(message.body()).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void retryLaterRedeliversAfterTheDelay() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    long began = System.nanoTime();
    consume(
        message ->
            tries.incrementAndGet() < 3
                ? new RetryLater(Duration.ofMillis(400), "not now")
                : Disposition.ack());

    sendJob("a");

    await().until(() -> tries.get() == 3);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(800));
    assertNothingIsLeft();
  }

  @Test
  void parkedMessageIsKeptWithItsReason() throws Exception {
    consume(message -> new Park("no idea what this is"));

    sendJob("a");

    await().until(() -> peer.ready("assay.dead") == 1);
    GetResponse dead = peer.take("assay.dead");
    assertThat(dead.getProps().getHeaders().get("reason")).hasToString("no idea what this is");
    assertThat(dead.getProps().getHeaders().get("queue")).hasToString(JOBS);
    assertThat(dead.getProps().getHeaders().get("who")).hasToString("peer");
    assertThat(dead.getProps().getMessageId()).isEqualTo("a");
    assertThat(dead.getBody()).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
    assertNothingIsLeft();
  }

  @Test
  void messageWithTooLargeHeadersIsParkedWithoutThem() throws Exception {
    consume(message -> new Park("no idea what this is"));
    BasicProperties properties =
        new BasicProperties.Builder()
            .messageId("a")
            .headers(Map.of("full", "x".repeat(FRAME - 100)))
            .build();

    peer.channel.basicPublish(Topology.JOBS, "default", properties, new byte[] {'a'});

    await().until(() -> peer.ready("assay.dead") == 1);
    Map<String, Object> headers = peer.take("assay.dead").getProps().getHeaders();
    assertThat(headers.get("reason")).hasToString("no idea what this is");
    assertThat(headers).doesNotContainKey("full");
    assertNothingIsLeft();
  }

  @Test
  void messageThatTheClientCannotReadStopsNoQueue() throws Exception {
    consume(message -> message.body().length == 0 ? new Park("empty") : Disposition.ack());
    List<Object> deep = List.of();
    for (int i = 0; i < 1_000; i++) {
      deep = List.of(deep);
    }
    sendWith(new BasicProperties.Builder().headers(Map.of("deep", deep)), 1);
    sendWith(new BasicProperties.Builder().messageId("large"), 3_000_000);
    sendJob("good");

    await().untilAsserted(() -> assertThat(handled).containsExactly("", "large", "good"));
    await().until(() -> peer.ready("assay.dead") == 2);
    assertThat(peer.take("assay.dead").getProps().getHeaders().get("assay-unreadable"))
        .asString()
        .contains("nested");
    assertThat(peer.take("assay.dead").getProps().getHeaders().get("assay-unreadable"))
        .asString()
        .contains("3000000");
    assertNothingIsLeft();
    assertThat(consuming.reconnects()).isZero();
  }

  private void sendWith(BasicProperties.Builder properties, int bytes) throws Exception {
    peer.channel.basicPublish(Topology.JOBS, "default", properties.build(), new byte[bytes]);
  }

  @Test
  void longReasonIsCutAndPutOnOneLine() throws Exception {
    consume(message -> new Park("unknown: \n" + "x".repeat(2 * FRAME)));

    sendJob("a");

    await().until(() -> peer.ready("assay.dead") == 1);
    String reason = String.valueOf(peer.take("assay.dead").getProps().getHeaders().get("reason"));
    assertThat(reason).startsWith("unknown: ").endsWith("…").doesNotContain("\n").hasSize(500);
    assertNothingIsLeft();
  }

  @Test
  @Tag("long")
  void bugInAHandlerDelaysTheMessageButDoesNotLoseIt() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    consume(
        message -> {
          if (tries.incrementAndGet() == 1) {
            throw new IllegalStateException("a bug");
          }
          return Disposition.ack();
        });

    sendJob("buggy");

    await().until(() -> tries.get() == 2);
    assertNothingIsLeft();
    assertThat(log.linesWith("a bug in handling message 'buggy'")).hasSize(1);
  }

  @Test
  void messageWhoseHandlerFailsTwiceIsParkedAndBlocksNoOther() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    consume(
        message -> {
          if (message.id().equals("bad")) {
            tries.incrementAndGet();
            throw new StackOverflowError("too deep");
          }
          handled.add(message.id());
          return Disposition.ack();
        });

    sendJob("bad");
    sendJob("good");

    await().atMost(20, SECONDS).until(() -> handled.contains("good") && tries.get() == 2);
    await().until(() -> peer.ready("assay.dead") == 1);
    GetResponse dead = peer.take("assay.dead");
    assertThat(dead.getProps().getHeaders().get("reason")).asString().contains("too deep");
    assertNothingIsLeft();
    assertThat(tries).hasValue(2);
  }

  @Test
  void theCallbackComesAfterTheConfirmAndBeforeTheAck() throws Exception {
    List<String> results = peer.listen("assay.results");
    List<Integer> unacked = new CopyOnWriteArrayList<>();
    PublishCallback callback =
        new PublishCallback() {
          @Override
          public void confirmed() {
            unacked.add(consumer.inHand());
          }

          @Override
          public Disposition refused(String why) {
            throw new AssertionError(why);
          }
        };
    consume(
        message -> new Ack(List.of(Peer.message(Topology.RESULTS, "result", "answer")), callback));

    sendJob("a");

    await().untilAsserted(() -> assertThat(results).containsExactly("a", "answer"));
    assertNothingIsLeft();
    assertThat(unacked).containsExactly(1);
  }

  @Test
  void callbackDecidesWhenAPublishedMessageIsRefused() throws Exception {
    List<String> results = peer.listen("assay.results");
    PublishCallback callback =
        new PublishCallback() {
          @Override
          public void confirmed() {
            throw new AssertionError("not confirmed");
          }

          @Override
          public Disposition refused(String why) {
            return new Ack(List.of(Peer.message(Topology.RESULTS, "result", "instead")));
          }
        };
    consume(message -> new Ack(List.of(Peer.message("assay.nothing", "k", "answer")), callback));

    sendJob("a");

    await().untilAsserted(() -> assertThat(results).containsExactly("a", "instead"));
    assertNothingIsLeft();
  }

  @Test
  void messagesOfARetryAreConfirmedBeforeTheDeliveryGoesBack() throws Exception {
    List<String> results = peer.listen("assay.results");
    AtomicInteger tries = new AtomicInteger();
    consume(
        message ->
            tries.incrementAndGet() == 1
                ? new RetryLater(
                    Duration.ZERO,
                    "trouble",
                    List.of(Peer.message(Topology.RESULTS, "returned", "back")))
                : new Ack(List.of(Peer.message(Topology.RESULTS, "result", "of-a"))));

    sendJob("a");

    await().untilAsserted(() -> assertThat(results).containsExactly("a", "back", "of-a"));
    assertNothingIsLeft();
  }

  @Test
  @Tag("long")
  void refusedMessageKeepsTheDelivery() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    consume(
        message ->
            tries.incrementAndGet() == 1
                ? new Ack(List.of(Peer.message("assay.nothing", "k", "answer")))
                : Disposition.ack());

    sendJob("a");

    await().atMost(Duration.ofSeconds(20)).until(() -> tries.get() == 2);
    assertNothingIsLeft();
  }

  @Test
  void deletedQueueIsDeclaredAgainAndConsumed() throws Exception {
    consume(message -> Disposition.ack());
    sendJob("a");
    await().until(() -> handled.contains("a"));

    peer.channel.queueDelete(JOBS);
    await().until(() -> !log.linesWith(tag + " was cut off from its queue").isEmpty());
    await()
        .untilAsserted(
            () -> {
              sendJob("b");
              assertThat(handled).contains("b");
            });

    assertThat(log.linesWith(tag + " was cut off from its queue")).hasSize(1);
  }

  @Test
  void cutConnectionGivesTheDeliveryToAnotherAndIsNotAckedTwice() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Semaphore goOn = new Semaphore(0);
    consume(
        message -> {
          started.countDown();
          goOn.acquire();
          return Disposition.ack();
        });
    sendJob("a");
    started.await();

    proxy.cut();

    await().until(() -> peer.ready(JOBS) == 1);
    await().until(consuming::isOpen);
    assertThat(consumer.inHand()).as("the slot runs the first and takes no second").isEqualTo(1);
    List<String> another = peer.listen(JOBS);
    await().untilAsserted(() -> assertThat(another).containsExactly("a"));
    goOn.release();
    sendJob("b");
    await().until(() -> another.contains("b") || handled.contains("b"));
  }

  @Test
  void slotsWorkAtOnceAndNoneHoldsASecondDelivery() throws Exception {
    Semaphore goOn = new Semaphore(0);
    consume(
        3,
        3,
        List.of(JOBS),
        message -> {
          goOn.acquire();
          return Disposition.ack();
        });
    for (int i = 0; i < 10; i++) {
      sendJob("job-" + i);
    }

    await().until(() -> atOnce.get() == 3 && peer.ready(JOBS) == 7);
    goOn.release(10);
    await().until(() -> handled.size() == 10);
    assertThat(mostAtOnce).hasValue(3);
    assertNothingIsLeft();
  }

  @Test
  void threadsShareWhatIsPrefetched() throws Exception {
    consume(100, 4, List.of(JOBS), message -> Disposition.ack());
    for (int i = 0; i < 1_000; i++) {
      sendJob("job-" + i);
    }

    await().until(() -> handled.size() == 1_000);
    assertThat(new HashSet<>(handled)).hasSize(1_000);
    assertThat(mostAtOnce.get()).isBetween(1, 4);
    assertNothingIsLeft();
  }

  @Test
  @Tag("long")
  void oneSlotServesSeveralQueuesAndHoldsOnlyWhatItRuns() throws Exception {
    Semaphore goOn = new Semaphore(0);
    consume(
        1,
        1,
        List.of(JOBS, "assay.jobs.big"),
        message -> {
          goOn.acquire();
          return Disposition.ack();
        });
    for (int i = 0; i < 20; i++) {
      peer.send(Topology.JOBS, "default", "default-" + i);
      peer.send(Topology.JOBS, "big", "big-" + i);
    }

    await().until(() -> atOnce.get() == 1 && peer.ready(JOBS) + peer.ready("assay.jobs.big") == 39);
    goOn.release(40);

    await().until(() -> handled.size() == 40);
    assertThat(new HashSet<>(handled)).hasSize(40);
    assertThat(mostAtOnce).hasValue(1);
    assertThat(handled.subList(0, 10))
        .anyMatch(id -> id.startsWith("big"))
        .anyMatch(id -> id.startsWith("default"));
    assertNothingIsLeft();
    await().until(() -> peer.ready("assay.jobs.big") == 0);
  }

  @Test
  void heldDeliveryBlocksNoOtherAndIsSettledLater() throws Exception {
    CompletableFuture<Disposition> then = new CompletableFuture<>();
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return message.id().equals("held") ? new Hold(then, "a test") : Disposition.ack();
        });
    sendJob("held");
    sendJob("a");
    sendJob("b");

    await().untilAsserted(() -> assertThat(handled).containsExactly("held", "a", "b"));
    then.complete(Disposition.ack());

    assertNothingIsLeft();
  }

  @Test
  void heldDeliveryThatIsGivenBackIsHandledAgain() throws Exception {
    CompletableFuture<Disposition> then = new CompletableFuture<>();
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return handled.size() == 1 ? new Hold(then, "a test") : Disposition.ack();
        });
    sendJob("held");
    await().untilAsserted(() -> assertThat(handled).containsExactly("held"));

    then.complete(new RetryLater(Duration.ZERO, "a test"));

    await().untilAsserted(() -> assertThat(handled).containsExactly("held", "held"));
    assertNothingIsLeft();
  }

  @Test
  void deliveryHeldForARetryBlocksNoOther() throws Exception {
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return message.id().equals("aside")
              ? new HoldThenRetry(Duration.ofMinutes(10), "a test")
              : Disposition.ack();
        });
    sendJob("aside");
    sendJob("a");
    sendJob("b");

    await().untilAsserted(() -> assertThat(handled).containsExactly("aside", "a", "b"));
  }

  /** More deliveries than channels may be kept for held deliveries. */
  @Test
  void manyDeliveriesHeldForARetryBlockNoOther() throws Exception {
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return message.id().startsWith("aside")
              ? new HoldThenRetry(Duration.ofMinutes(10), "a test")
              : Disposition.ack();
        });
    for (int i = 0; i < 100; i++) {
      sendJob("aside " + i);
    }
    sendJob("a");

    await().untilAsserted(() -> assertThat(handled).contains("a").hasSize(101));
  }

  @Test
  void deliveryHeldForARetryIsHandledAgain() throws Exception {
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return handled.size() == 1
              ? new HoldThenRetry(
                  Duration.ofMillis(200), "a test", List.of(message.parked("a test")))
              : Disposition.ack();
        });
    sendJob("aside");

    await().untilAsserted(() -> assertThat(handled).containsExactly("aside", "aside"));
    await().until(() -> peer.ready(Topology.DEAD_QUEUE) == 1);
    assertNothingIsLeft();
  }

  @Test
  void futureOfAHeldDeliveryIsCancelledWhenItsChannelIsLost() throws Exception {
    CompletableFuture<Disposition> then = new CompletableFuture<>();
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return handled.size() == 1 ? new Hold(then, "a test") : Disposition.ack();
        });
    sendJob("held");
    await().untilAsserted(() -> assertThat(handled).containsExactly("held"));

    proxy.cut();

    await().untilAsserted(() -> assertThat(then).isCancelled());
    await().untilAsserted(() -> assertThat(handled).containsExactly("held", "held"));
    assertNothingIsLeft();
  }

  @Test
  void nextDeliveryIsPrefetchedWhileEachIsHandledQuickly() throws Exception {
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return Disposition.ack();
        });
    for (int i = 0; i < 200; i++) {
      sendJob("job-" + i);
    }
    await().untilAsserted(() -> assertThat(handled).hasSize(200));
    assertThat(handled).doesNotHaveDuplicates();
    assertNothingIsLeft();
  }

  @Test
  @Tag("long")
  void prefetchedDeliveryGoesBackWhenTheCurrentOneTakesLong() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          if (message.id().equals("long")) {
            end.await();
          }
          return Disposition.ack();
        });
    for (int i = 0; i < 6; i++) {
      sendJob("short-" + i);
      await().until(handled::size, Predicate.isEqual(i + 1));
      await().until(consumer::inHand, Predicate.isEqual(0));
    }
    sendJob("long");
    await().untilAsserted(() -> assertThat(handled).endsWith("long"));
    sendJob("next");

    await().until(consumer::inHand, Predicate.isEqual(2));
    await().untilAsserted(() -> assertThat(peer.ready(JOBS)).isEqualTo(1));
    assertThat(handled).doesNotContain("next");

    end.countDown();
    await().untilAsserted(() -> assertThat(handled).endsWith("long", "next"));
    assertNothingIsLeft();
  }

  @Test
  void nextDeliveryIsHandledWhileTheLastOneIsContinued() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    List<String> ended = new CopyOnWriteArrayList<>();
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          if (handled.size() == 5) {
            second.countDown();
          }
          return new Disposition.Continue(
              () -> {
                boolean waits = message.id().equals("job-3");
                ended.add(message.id() + (!waits || second.await(10, SECONDS) ? "" : " in vain"));
                return Disposition.ack();
              });
        });
    for (int i = 0; i < 3; i++) {
      sendJob("job-" + i);
      await().until(ended::size, Predicate.isEqual(i + 1));
      await().until(consumer::inHand, Predicate.isEqual(0));
    }
    sendJob("job-3");
    sendJob("job-4");
    await().until(ended::size, Predicate.isEqual(5));
    assertThat(ended).contains("job-3", "job-4");
    assertNothingIsLeft();
  }

  @Test
  void afterEarlierWaitsForEarlierDeliveriesOnly() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> order = new CopyOnWriteArrayList<>();
    consume(
        8,
        3,
        List.of(JOBS),
        message ->
            switch (message.id()) {
              case "slow" -> {
                goOn.await();
                order.add("slow");
                yield Disposition.ack();
              }
              case "last" ->
                  new Disposition.AfterEarlier(
                      () -> {
                        order.add("last");
                        return Disposition.ack();
                      });
              default -> {
                order.add(message.id());
                yield Disposition.ack();
              }
            });
    sendJob("slow");
    sendJob("last");
    sendJob("later");
    await().untilAsserted(() -> assertThat(order).containsExactly("later"));
    goOn.countDown();
    await().untilAsserted(() -> assertThat(order).containsExactly("later", "slow", "last"));
    assertNothingIsLeft();
  }

  @Test
  void pausedConsumerTakesNothingUntilItIsResumed() throws Exception {
    consumeOneByOne(
        message -> {
          handled.add(message.id());
          return Disposition.ack();
        });
    sendJob("a");
    await().untilAsserted(() -> assertThat(handled).containsExactly("a"));

    consumer.pause();
    sendJob("b");
    await().untilAsserted(() -> assertThat(peer.ready(JOBS)).isEqualTo(1));
    proxy.cut();
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(handled).containsExactly("a");

    consumer.resume();
    await().untilAsserted(() -> assertThat(handled).containsExactly("a", "b"));
    assertNothingIsLeft();
  }

  private void consumeOneByOne(Disposition.Handler handler) {
    consumer =
        new QueueConsumer(
            consuming,
            publisher,
            QueueConsumer.Settings.oneByOne(List.of(JOBS), List.of("default", "big"), "test/1"),
            handler);
    consumer.start();
  }

  @Test
  void drainFinishesWhatIsInHandAndTakesNothingMore() throws Exception {
    CountDownLatch started = new CountDownLatch(2);
    Semaphore goOn = new Semaphore(0);
    consume(
        2,
        2,
        List.of(JOBS),
        message -> {
          started.countDown();
          goOn.acquire();
          return new Ack(List.of(Peer.message(Topology.RESULTS, "result", "of-" + message.id())));
        });
    for (String id : List.of("a", "b", "c")) {
      sendJob(id);
    }
    started.await();

    assertThat(consumer.drain(Duration.ofMillis(50))).as("they still run").isFalse();
    goOn.release(2);
    assertThat(consumer.drain(Duration.ofSeconds(10))).isTrue();

    consumer.close();
    consuming.close();
    assertThat(handled).hasSize(2);
    await().until(() -> peer.ready(JOBS) == 1);
    List<String> results = peer.listen("assay.results");
    await().untilAsserted(() -> assertThat(results).contains("of-a", "of-b").hasSize(5));
  }

  @Test
  void closingGivesBackWhatIsInHand() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    consume(
        message -> {
          started.countDown();
          new Semaphore(0).acquire();
          return Disposition.ack();
        });
    sendJob("a");
    started.await();

    consumer.close();

    await().until(() -> peer.ready(JOBS) == 1);
  }

  @Test
  void interruptedHandlerThatIsNotClosingGivesItsDeliveryBack() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    consume(
        message -> {
          if (tries.incrementAndGet() == 1) {
            throw new InterruptedException();
          }
          return Disposition.ack();
        });

    sendJob("a");

    await().until(() -> tries.get() == 2);
    assertNothingIsLeft();
  }

  private void consume(Disposition.Handler handler) {
    consume(1, 1, List.of(JOBS), handler);
  }

  private void consume(
      int prefetch, int threads, List<String> queues, Disposition.Handler handler) {
    consumer = consumer(prefetch, threads, queues, handler);
    consumer.start();
  }

  private QueueConsumer consumer(
      int prefetch, int threads, List<String> queues, Disposition.Handler handler) {
    return new QueueConsumer(
        consuming,
        publisher,
        new QueueConsumer.Settings(queues, List.of("default", "big"), tag, prefetch, threads),
        message -> {
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          try {
            return handler.handle(message);
          } finally {
            atOnce.decrementAndGet();
            handled.add(message.id());
          }
        });
  }

  private void sendJob(String id) throws Exception {
    peer.send(Topology.JOBS, "default", id);
  }

  /** Closes the consumer, so that unacked deliveries would be back in the queue. */
  private void assertNothingIsLeft() throws Exception {
    await().until(() -> consumer.inHand() == 0);
    consumer.close();
    consuming.close();
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(peer.ready(JOBS)).isZero());
  }
}
