package ci.assay.coordinator.inquiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.testing.TestBroker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions of workers and observers, and orders of people, over a real broker. */
@Tag("broker")
class InquiryServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Job JOB = Given.job(1);

  @TempDir Path folder;
  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private final BrokerConnection listening = BrokerConnection.forConsuming(broker, "test");
  private final BrokerConnection speaking = BrokerConnection.forPublishing(broker, "test");
  private final ConfirmedPublisher publisher =
      new ConfirmedPublisher(speaking, () -> List.of(Job.DEFAULT_POOL));
  private final List<Message> received = new CopyOnWriteArrayList<>();
  private final ControlChannel control =
      new ControlChannel(
          listening,
          speaking,
          "test",
          List.of(Binding.control(), Binding.coordinator()),
          each -> received.add(each.message()),
          () -> {});
  private Optional<Coordinator> coordinator = Optional.empty();

  @BeforeEach
  void start() {
    listening.start();
    speaking.start();
    publisher.start();
    control.start();
    await().atMost(LIMIT).until(() -> !control.listeningFor().isZero());
  }

  @AfterEach
  void stop() {
    coordinator.ifPresent(Coordinator::close);
    control.close();
    publisher.close();
    speaking.close();
    listening.close();
  }

  private void coordinate() throws Exception {
    Coordinator made =
        new Coordinator(
            new CoordinatorSettings(broker, "test", folder.resolve("results")),
            VerdictListener.none(),
            Clock.systemUTC());
    coordinator = Optional.of(made);
    made.start();
    await().atMost(LIMIT).until(made::isActive);
    await().atMost(LIMIT).until(() -> ask(Topology.KEY_RECONCILE, nothing()).isPresent());
  }

  private static ReconcileRequest nothing() {
    return new ReconcileRequest(List.of());
  }

  @Test
  void nobodyAnswersWhereNoCoordinatorIsActive() throws Exception {
    assertThat(ask(Topology.KEY_ASK, question("r1"))).isEmpty();
    coordinate();
    coordinator.orElseThrow().close();
    assertThat(ask(Topology.KEY_ASK, question("r1"))).isEmpty();
  }

  @Test
  void workerGetsAnAnswerToItsStartRequest() throws Exception {
    coordinate();
    publish(OutgoingMessage.job(JOB));
    assertThat(ask(Topology.KEY_ASK, question("r1")))
        .get()
        .isEqualTo(answer(StartReply.Decision.RUN));
    publish(OutgoingMessage.started(new RunStarted(JOB.id(), "r1", "host-1", Given.START)));
    assertThat(ask(Topology.KEY_ASK, question("r2"))).get().isEqualTo(elsewhere("r1", true));
    publish(
        Given.started(JOB, "r1"),
        OutgoingMessage.result(Given.result(JOB, "r1", Outcome.PASSED, 0)));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ask(Topology.KEY_ASK, question("r2"))
                    .equals(Optional.of(answer(StartReply.Decision.JUDGED))));
  }

  @Test
  void runInAPresenceMessageIsElsewhere() throws Exception {
    coordinate();
    Presence presence =
        new Presence(
            new Presence.Sender("w1", "w1-1"),
            new Presence.Capacity(List.of("default"), 1),
            new Presence.Load(
                List.of(new Presence.Underway(JOB.id(), "r1", Given.START)), List.of()),
            new Presence.Condition(1_000_000, null),
            Given.START);
    control.send(Topology.PRESENCE, "worker.w1", presence);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ask(Topology.KEY_ASK, question("r2")).equals(Optional.of(elsewhere("r1", false))));
  }

  @Test
  void observerIsToldTheStateOfItsJobs() throws Exception {
    coordinate();
    publish(
        OutgoingMessage.job(JOB),
        Given.started(JOB, "r1"),
        OutgoingMessage.result(Given.result(JOB, "r1", Outcome.PASSED, 0)));
    publish(OutgoingMessage.job(Given.job(2)));
    ReconcileRequest question =
        new ReconcileRequest(List.of(JOB.id(), Given.job(2).id(), Given.job(3).id()));
    assertThat(ask(Topology.KEY_RECONCILE, question))
        .get()
        .isEqualTo(
            new ReconcileReply(
                List.of(JOB.id()), List.of(Given.job(2).id()), List.of(Given.job(3).id())));
  }

  @Test
  void cancelIsStoredAndAnnouncedAndARerunIsQueued() throws Exception {
    coordinate();
    publish(OutgoingMessage.job(JOB));
    await()
        .atMost(LIMIT)
        .until(() -> !new ResultReader(folder.resolve("results")).pending().isEmpty());
    assertThat(ask(Topology.KEY_ORDER, order(Order.Kind.CANCEL)))
        .get()
        .isEqualTo(new OrderReply(true, List.of(JOB.id() + " cancelled")));
    await()
        .atMost(LIMIT)
        .until(() -> received.contains(new StopRequest(JOB.id(), "cancelled by ann@desk")));
    assertThat(ask(Topology.KEY_ORDER, order(Order.Kind.RERUN)))
        .get()
        .isEqualTo(new OrderReply(true, List.of(JOB.id() + "#2 queued")));
  }

  @Test
  void orderIsRecordedWithTheBrokersUserWhoGaveIt() {
    Order order = order(Order.Kind.CANCEL);
    assertThat(InquiryServer.verified(order, "coordinator", "coordinator")).isEqualTo(order);
    assertThat(InquiryServer.verified(order, "observer", "coordinator").by())
        .isEqualTo("observer (as ann@desk)");
    assertThat(InquiryServer.verified(order, "", "coordinator").by())
        .isEqualTo("unknown (as ann@desk)");
  }

  private static Order order(Order.Kind kind) {
    return new Order(kind, "bottle", JOB.commit(), null, "ann@desk");
  }

  private static StartRequest question(String run) {
    String worker = run.equals("r1") ? "host-1" : "w2"; // the worker in the results
    return new StartRequest(JOB.id(), run, worker, 3, List.of());
  }

  private static StartReply answer(StartReply.Decision decision) {
    return new StartReply(JOB.id(), decision, 1, List.of(), null);
  }

  /**
   * @param settled whether this coordinator permitted the run
   */
  private static StartReply elsewhere(String run, boolean settled) {
    return new StartReply(JOB.id(), StartReply.Decision.ELSEWHERE, 1, List.of(run), settled);
  }

  private Optional<Message> ask(String key, Message question) throws Exception {
    return control.ask(key, question, Duration.ofSeconds(10)).get();
  }

  private void publish(OutgoingMessage... messages) throws Exception {
    publisher.publishAll(List.of(messages));
  }
}
