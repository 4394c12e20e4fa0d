package ci.assay.coordinator.inquiry;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.message.Order;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.StartRequest;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.testing.fuzz.Fuzz;
import ci.assay.wire.Codec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No question of a worker, an observer or a person makes the coordinator fail. */
@Timeout(300)
class InquiriesFuzzTest {

  private static final Job JOB = Given.job(1);

  @TempDir Path folder;

  @Test
  void inquiries() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    results.settle();
    results.begun(Given.result(JOB, "run-1", Outcome.PASSED));
    StartRequestHandler starts =
        new StartRequestHandler(
            results.store,
            results.permissions,
            results.board,
            stop -> {},
            new StartRequestHandler.Time(
                () -> Duration.ofMinutes(1), System::nanoTime, Clock.systemUTC()));
    ReconcileHandler reconciliations = new ReconcileHandler(results.store, results.ticker);
    OrderHandler orders =
        new OrderHandler(
            results.folders,
            results.store,
            job -> {},
            stop -> {},
            job -> new byte[0],
            Clock.systemUTC());
    Fuzz.of("inquiries")
        .mayLog()
        .inputs(
            text(new StartRequest(JOB.id(), "run-1", "host-1", 3, List.of("run-0"))),
            text(new ReconcileRequest(List.of(JOB.id(), Given.job(2).id()))),
            text(
                new Order(
                    Order.Kind.CANCEL, JOB.id().repository(), JOB.id().commit(), null, "ann")),
            text(
                new Order(
                    Order.Kind.RERUN, JOB.id().repository(), JOB.id().commit(), "default", "ann")),
            text(Given.presence("host-1", JOB.id(), "run-1")),
            text(new RunNotice(JOB.id(), "run-1", "host-1", RunNotice.State.RUNNING, Given.START)))
        .run(
            input -> {
              Message message = Codec.decode(input);
              if (message instanceof StartRequest ask) {
                starts.handle(ask);
              } else if (message instanceof ReconcileRequest question) {
                var unused = reconciliations.handle(question);
              } else if (message instanceof Order order) {
                orders.handle(InquiryServer.verified(order, "somebody", "coordinator"));
              } else if (message instanceof Presence presence) {
                results.board.received(presence);
              }
            });
  }

  private static String text(Message message) {
    return new String(Codec.encode(message), UTF_8);
  }
}
