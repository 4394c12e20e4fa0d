package ci.assay.coordinator.inquiry;

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
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import ci.assay.wire.Codec;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No question of a worker, an observer or a person makes the coordinator fail. */
class InquiriesFuzzTest {

  private static final Job JOB = Given.job(1);
  private static final Bounds BOUNDS = Bounds.usual().mayLog();

  @TempDir static Path folder;
  private static ResultsFixture results;
  private static StartRequestHandler starts;
  private static ReconcileHandler reconciliations;
  private static OrderHandler orders;

  @BeforeAll
  static void open() throws Exception {
    results = new ResultsFixture(folder);
    results.settle();
    results.begun(Given.result(JOB, "run-1", Outcome.PASSED));
    starts =
        new StartRequestHandler(
            results.store,
            results.permissions,
            results.board,
            stop -> {},
            new StartRequestHandler.Time(
                () -> Duration.ofMinutes(1), System::nanoTime, Clock.systemUTC()));
    reconciliations = new ReconcileHandler(results.store, results.ticker);
    orders =
        new OrderHandler(
            results.folders,
            results.store,
            job -> {},
            stop -> {},
            job -> new byte[0],
            Clock.systemUTC());
  }

  static Stream<Arguments> real() {
    String repository = JOB.id().repository();
    return Stream.of(
            new StartRequest(JOB.id(), "run-1", "host-1", 3, List.of("run-0")),
            new ReconcileRequest(List.of(JOB.id(), Given.job(2).id())),
            new Order(Order.Kind.CANCEL, repository, JOB.id().commit(), null, "ann"),
            new Order(Order.Kind.RERUN, repository, JOB.id().commit(), "default", "ann"),
            Given.presence("host-1", JOB.id(), "run-1"),
            new RunNotice(JOB.id(), "run-1", "host-1", RunNotice.State.RUNNING, Given.START))
        .flatMap(message -> Seeds.of(Codec.encode(message)));
  }

  @MethodSource("real")
  @FuzzTest
  void inquiry(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          Message message = Codec.decode(input);
          if (message instanceof StartRequest ask) {
            starts.handle(ask, "worker");
          } else if (message instanceof ReconcileRequest question) {
            var unused = reconciliations.handle(question);
          } else if (message instanceof Order order) {
            orders.handle(InquiryServer.verified(order, "somebody", "coordinator"));
          } else if (message instanceof Presence presence) {
            results.board.received(presence);
          }
        });
  }
}
