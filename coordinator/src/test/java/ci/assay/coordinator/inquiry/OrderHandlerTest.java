package ci.assay.coordinator.inquiry;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.StopRequest;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderHandlerTest {

  private static final Job JOB = Given.job(1);
  private static final JobId OTHER_ID = JobId.of("bottle", JOB.commit(), "other");

  @TempDir Path folder;
  private ResultsFixture results;
  private OrderHandler orders;
  private final List<Job> published = new ArrayList<>();
  private final List<StopRequest> stops = new ArrayList<>();
  private String printed = "";

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    orders =
        new OrderHandler(
            results.folders,
            results.store,
            published::add,
            stops::add,
            job -> printed.getBytes(StandardCharsets.UTF_8),
            Clock.systemUTC());
  }

  @Test
  void cancelledJobHasAVerdictThatNamesThePersonAndItsRunsAreStopped() throws Exception {
    results.store.add(JOB);
    OrderReply receipt = order(Order.Kind.CANCEL, null);
    assertThat(receipt).isEqualTo(new OrderReply(true, List.of(JOB.id() + " cancelled")));
    Result stored = results.stored(JOB);
    assertThat(stored.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(stored.cause()).isEqualTo("cancelled by ann@desk");
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(stops).extracting(StopRequest::id).containsExactly(JOB.id());
  }

  @Test
  void cancelledRunKeepsWhatItHadPrintedAndSaysWhereItRan() throws Exception {
    Result lost = Given.result(JOB, "r1", Outcome.PASSED);
    results.begun(lost);
    for (String text : List.of("", "one\ntwo", "x".repeat(3_000_000) + "\n")) {
      Job job = Given.rerun(JOB, 2 + text.length());
      results.begun(Given.result(job, "r2", Outcome.PASSED));
      printed = text;
      Result result = cancelled(job);
      assertThat(results.log(job))
          .isEqualTo(text + (text.endsWith("o") ? "\n" : "") + "[assay] cancelled by ann@desk\n");
      assertThat(result.worker()).isEqualTo(lost.worker());
      assertThat(result.startedAt()).isEqualTo(lost.startedAt());
      assertThat(result.finishedAt()).isAfter(result.startedAt());
      assertThat(result.summary()).isEqualTo("cancelled by ann@desk");
      assertThat(result.log().bytes()).isEqualTo(results.log(job).length());
    }
  }

  private Result cancelled(Job job) throws Exception {
    order(Order.Kind.CANCEL, null);
    return results.stored(job);
  }

  @Test
  void resultThatComesAfterACancelIsKeptAsAnAttempt() throws Exception {
    results.store.add(JOB);
    order(Order.Kind.CANCEL, null);
    assertThat(results.store.add(Given.result(JOB, "r1", Outcome.PASSED, 0)))
        .isEqualTo(ResultStore.Answer.ATTEMPT);
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void judgedJobCannotBeCancelled() throws Exception {
    results.store.add(JOB);
    results.store.add(Given.result(JOB, "r1", Outcome.FAILED, 0));
    assertThat(order(Order.Kind.CANCEL, null))
        .isEqualTo(
            new OrderReply(
                false, List.of("default: already has a verdict, failed; nothing to cancel")));
    assertThat(stops).isEmpty();
    assertThat(results.stored(JOB).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void onlyTheNamedVariantIsCancelled() throws Exception {
    Job two = Given.job(JOB.id(), 2);
    Job other = Given.job(OTHER_ID, 2);
    results.store.add(two);
    results.store.add(other);
    assertThat(order(Order.Kind.CANCEL, "other").lines()).containsExactly(OTHER_ID + " cancelled");
    assertThat(results.store.isJudged(JOB.id())).isFalse();
    assertThat(order(Order.Kind.CANCEL, null).lines())
        .containsExactly(
            JOB.id() + " cancelled", "other: already has a verdict, cancelled; nothing to cancel");
  }

  @Test
  void unknownCommitIsReported() throws Exception {
    assertThat(order(Order.Kind.CANCEL, null))
        .isEqualTo(
            new OrderReply(
                false,
                List.of("nothing is known of commit " + JOB.commit() + " of repository 'bottle'")));
    results.store.add(JOB);
    assertThat(order(Order.Kind.RERUN, "arm").lines())
        .containsExactly(
            "nothing is known of variant 'arm' of commit "
                + JOB.commit()
                + " of repository 'bottle'");
  }

  @Test
  void rerunIsAJobOfItsOwnAndItsResultDecides() throws Exception {
    results.store.add(JOB);
    results.store.add(Given.result(JOB, "r1", Outcome.FAILED, 0));
    assertThat(order(Order.Kind.RERUN, null))
        .isEqualTo(new OrderReply(true, List.of(JOB.id() + "#2 queued")));
    Job again = published.get(0);
    assertThat(again.id()).hasToString(JOB.id() + "#2");
    assertThat(again.reason()).isEqualTo("rerun");
    assertThat(again.change()).isNotNull().isEqualTo(JOB.change());
    assertThat(results.store.isKnown(again.id())).isTrue();
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.FAILED);

    results.store.add(Given.result(again, "r2", Outcome.PASSED, 0));
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(order(Order.Kind.RERUN, null).lines()).containsExactly(JOB.id() + "#3 queued");
  }

  @Test
  void rerunIsRefusedWhileThereIsNoVerdict() throws Exception {
    results.store.add(JOB);
    OrderReply refused =
        new OrderReply(false, List.of("default: has no verdict yet; nothing to run again"));
    assertThat(order(Order.Kind.RERUN, null)).isEqualTo(refused);
    results.store.add(Given.result(JOB, "r1", Outcome.FAILED, 0));
    order(Order.Kind.RERUN, null);
    assertThat(order(Order.Kind.RERUN, null)).isEqualTo(refused);
    assertThat(published).hasSize(1);
  }

  @Test
  void rerunCanBeCancelled() throws Exception {
    results.store.add(JOB);
    results.store.add(Given.result(JOB, "r1", Outcome.FAILED, 0));
    order(Order.Kind.RERUN, null);
    assertThat(order(Order.Kind.CANCEL, null).lines()).containsExactly(JOB.id() + "#2 cancelled");
    assertThat(results.verdict(JOB).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void rerunThatCannotBePublishedNowIsStillOwed() throws Exception {
    results.store.add(JOB);
    results.store.add(Given.result(JOB, "r1", Outcome.FAILED, 0));
    orders =
        new OrderHandler(
            results.folders,
            results.store,
            job -> {
              throw new CannotRunException("the broker is away");
            },
            stops::add,
            job -> new byte[0],
            Clock.systemUTC());
    assertThat(order(Order.Kind.RERUN, null).done()).isTrue();
    results.pass(CoordinatorTimings.DEFAULT.sweep().after());
    assertThat(results.owed.due())
        .extracting(OwedBook.Entry::id)
        .hasToString("[" + JOB.id() + "#2]");
  }

  private OrderReply order(Order.Kind kind, @Nullable String variant) throws Exception {
    return orders.handle(new Order(kind, "bottle", JOB.commit(), variant, "ann@desk"));
  }
}
