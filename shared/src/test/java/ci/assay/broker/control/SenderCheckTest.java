package ci.assay.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.message.ActiveNotice;
import ci.assay.message.Order;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenderCheckTest {

  private static final CommitId COMMIT = new CommitId("0".repeat(40));
  private static final JobId JOB = JobId.of("bottle", COMMIT, "default");

  /** The exchanges that a worker's broker user may write to. */
  private static final List<String> OF_WORKERS =
      List.of(
          Topology.RESULTS,
          Topology.DEAD,
          Topology.INQUIRY,
          Topology.CONTROL,
          Topology.PRESENCE,
          Topology.LIVE);

  @Test
  void coordinatorsMessagesAreAcceptedByTheirExchangeOnly() {
    List<Message> ofCoordinators =
        List.of(
            new ActiveNotice("store", "c-1", Instant.EPOCH),
            new StopRequest(JOB, "cancelled"),
            new StartReply(JOB, StartReply.Decision.JUDGED, 1, List.of(), null));
    for (Message message : ofCoordinators) {
      assertThat(OF_WORKERS)
          .noneMatch(exchange -> SenderCheck.mayCome(message, exchange, "worker"));
      assertThat(SenderCheck.mayCome(message, Topology.COORDINATOR, "coordinator")).isTrue();
    }
  }

  @Test
  void ordersAreAcceptedByTheirExchangeOnly() {
    Order order = new Order(Order.Kind.CANCEL, "bottle", COMMIT, null, "admin@desk");
    assertThat(OF_WORKERS).noneMatch(exchange -> SenderCheck.mayCome(order, exchange, "worker"));
    assertThat(SenderCheck.mayCome(order, Topology.ORDERS, "admin")).isTrue();
  }

  @Test
  void workersMayNotAskWhatObserversAsk() {
    ReconcileRequest question = new ReconcileRequest(List.of(JOB));
    assertThat(List.of("worker", "worker.alpha"))
        .noneMatch(user -> SenderCheck.mayCome(question, Topology.INQUIRY, user));
    assertThat(List.of("observer", "guest", WorkerUsers.NOT_VERIFIED))
        .allMatch(user -> SenderCheck.mayCome(question, Topology.INQUIRY, user));
  }

  @Test
  void workersOwnUserMaySendForThatWorkerOnly() {
    List<Message> ofAlpha =
        List.of(
            new StartRequest(JOB, "run", "alpha", 3, List.of()),
            new RunNotice(JOB, "run", "alpha", RunNotice.State.RUNNING, Instant.EPOCH));
    for (Message message : ofAlpha) {
      String exchange = message instanceof StartRequest ? Topology.INQUIRY : Topology.CONTROL;
      assertThat(List.of("worker.alpha", "worker", WorkerUsers.NOT_VERIFIED))
          .allMatch(user -> SenderCheck.mayCome(message, exchange, user));
      assertThat(List.of("worker.beta", "worker.alph", "worker.", ""))
          .noneMatch(user -> SenderCheck.mayCome(message, exchange, user));
    }
    assertThat(WorkerUsers.maySpeak("worker.alpha", "alpha.2")).isTrue();
    assertThat(WorkerUsers.maySpeak("worker.alpha", "alpha-2")).isFalse();
  }
}
