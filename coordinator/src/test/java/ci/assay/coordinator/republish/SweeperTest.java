package ci.assay.coordinator.republish;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.active.Sender;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.UnfinishedCommits;
import ci.assay.message.Presence;
import ci.assay.message.Tick;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.wire.Codec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweeperTest {

  private static final Job JOB = Given.job(1);
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir Path folder;
  private ResultsFixture results;
  private Sweeper sweeper;
  private final List<Job> published = new ArrayList<>();
  private final Map<String, Long> waiting = new HashMap<>();
  private boolean isSettled = true;

  @BeforeEach
  void open() throws Exception {
    results = new ResultsFixture(folder);
    sweeper =
        new Sweeper(
            CoordinatorTimings.DEFAULT.sweep(),
            results.owed,
            results.store,
            new Sweeper.Evidence(
                results.board, ticker(), pool -> waiting.getOrDefault(pool, 0L), () -> isSettled),
            published::add);
    results.store.add(JOB);
  }

  /** A ticker whose ticks come back at once. */
  private Ticker ticker() {
    List<Ticker> receivers = new ArrayList<>();
    Sender loop =
        message -> {
          Tick tick = Codec.decode(message.body(), Tick.class);
          receivers.forEach(each -> each.received(tick));
          return CompletableFuture.completedFuture(null);
        };
    receivers.add(new Ticker(loop, results.self, Clock.systemUTC()));
    return receivers.get(0);
  }

  @Test
  void lostJobIsPublishedAgainAfterPausesThatGrow() throws Exception {
    results.pass(LONG);
    sweepTwice();
    assertThat(published).containsExactly(JOB);

    results.pass(LONG);
    sweepTwice();
    assertThat(published).hasSize(1);
    results.pass(LONG);
    sweepTwice();
    assertThat(published).hasSize(2);
  }

  @Test
  void recentlyQueuedJobIsNotPublishedAgain() throws Exception {
    results.pass(Duration.ofSeconds(119));
    sweepTwice();
    assertThat(published).isEmpty();
  }

  @Test
  void queueMustBeEmptyTwiceInARow() throws Exception {
    results.pass(LONG);
    sweeper.sweep();
    waiting.put("default", 1L);
    sweeper.sweep();
    waiting.clear();
    sweeper.sweep();
    assertThat(published).isEmpty();
    sweeper.sweep();
    assertThat(published).containsExactly(JOB);
  }

  @Test
  void jobThatAWorkerRunsOrHoldsIsNotLost() throws Exception {
    results.pass(LONG);
    present(List.of(new Presence.Underway(JOB.id(), "r1", Given.START)), List.of());
    sweepTwice();
    present(List.of(), List.of(JOB));
    sweepTwice();
    assertThat(published).isEmpty();
    present(List.of(), List.of());
    sweepTwice();
    assertThat(published).containsExactly(JOB);
  }

  @Test
  void nothingIsPublishedAgainBeforeWorkersHaveReportedTheirPresence() throws Exception {
    isSettled = false;
    results.pass(LONG);
    sweepTwice();
    assertThat(published).isEmpty();
    isSettled = true;
    sweepTwice();
    assertThat(published).containsExactly(JOB);
  }

  @Test
  void jobThatWasJudgedIsNotOwed() throws Exception {
    results.pass(LONG);
    new ResultsFixture(folder).store.add(Given.result(JOB, "r1", Outcome.PASSED, 0));
    sweepTwice();
    assertThat(published).isEmpty();
    assertThat(results.owed.due()).isEmpty();
  }

  @Test
  void resultRemovesItsJobFromTheBook() throws Exception {
    results.pass(LONG);
    assertThat(results.owed.due()).hasSize(1);
    results.store.add(Given.result(JOB, "r1", Outcome.PASSED, 0));
    assertThat(results.owed.due()).isEmpty();
    results.store.add(JOB);
    assertThat(results.owed.due()).isEmpty();
  }

  @Test
  void coordinatorThatTakesOverFindsOwedJobsInTheFiles() throws Exception {
    Job rerun = Given.rerun(Given.job(2), 2);
    results.store.add(Given.job(2));
    results.store.add(Given.result(Given.job(2), "r1", Outcome.PASSED, 0));
    results.store.add(rerun);
    ResultsFixture second = new ResultsFixture(folder);
    new UnfinishedCommits(second.folders, second.store, second.owed).finish();
    second.pass(LONG);
    assertThat(second.owed.due())
        .extracting(OwedBook.Entry::id)
        .containsExactlyInAnyOrder(JOB.id(), rerun.id());
  }

  private void sweepTwice() throws Exception {
    sweeper.sweep();
    sweeper.sweep();
  }

  private void present(List<Presence.Underway> running, List<Job> held) {
    results.board.received(
        new Presence(
            new Presence.Sender("w1", "w1-1"),
            new Presence.Capacity(List.of("default"), 1),
            new Presence.Load(running, held.stream().map(Job::id).toList()),
            new Presence.Condition(1_000_000, null),
            Given.START));
  }
}
