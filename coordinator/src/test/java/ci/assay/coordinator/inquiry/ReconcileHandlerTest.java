package ci.assay.coordinator.inquiry;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcileHandlerTest {

  private static final Job JUDGED = Given.job(1);
  private static final Job OWED = Given.job(2);
  private static final Job LATE = Given.job(3);
  private static final Job UNKNOWN = Given.job(4);

  @TempDir Path folder;
  private ResultsFixture results;
  private ReconcileHandler reconciles;

  @BeforeEach
  void open() throws Exception {
    results = new ResultsFixture(folder);
    reconciles = new ReconcileHandler(results.store, results.ticker);
    results.store.add(JUDGED);
    results.store.add(Given.result(JUDGED, "r1", Outcome.PASSED, 0));
    results.store.add(OWED);
  }

  @Test
  void knownJobsAreAnsweredAtOnce() throws Exception {
    assertThat(ask(OWED, JUDGED).get(10, TimeUnit.SECONDS))
        .isEqualTo(new ReconcileReply(List.of(JUDGED.id()), List.of(OWED.id()), List.of()));
    assertThat(results.published).isEmpty();
  }

  @Test
  void unknownIsAnsweredOnlyAfterATickHasComeBack() throws Exception {
    CompletableFuture<ReconcileReply> answer = ask(JUDGED, LATE, UNKNOWN);
    OutgoingMessage tick = results.published.get(0);
    results.messages(Clock.systemUTC()).handle(Given.delivered(OutgoingMessage.job(LATE)));
    assertThat(answer).isNotDone();
    receive(tick);
    assertThat(answer.get(10, TimeUnit.SECONDS))
        .isEqualTo(
            new ReconcileReply(List.of(JUDGED.id()), List.of(LATE.id()), List.of(UNKNOWN.id())));
  }

  @Test
  void tickOfAnotherCoordinatorProvesNothing() throws Exception {
    CompletableFuture<ReconcileReply> answer = ask(UNKNOWN);
    ResultsFixture other = new ResultsFixture(folder);
    other.ticker.tick();
    receive(other.published.get(0));
    assertThat(answer).isNotDone();
  }

  /** Handles a tick, as the consumer does once all earlier messages are stored. */
  private void receive(OutgoingMessage tick) throws Exception {
    Disposition decision = results.messages(Clock.systemUTC()).handle(Given.delivered(tick));
    assertThat(((Disposition.AfterEarlier) decision).rest().decide()).isEqualTo(Disposition.ack());
  }

  private CompletableFuture<ReconcileReply> ask(Job... jobs) throws InterruptedException {
    return reconciles.handle(new ReconcileRequest(List.of(jobs).stream().map(Job::id).toList()));
  }
}
