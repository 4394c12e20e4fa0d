package ci.assay.coordinator.owed;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceBoardTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final JobId JOB = Given.job(1).id();

  private long nanos;
  private final PresenceBoard board = new PresenceBoard(LIMIT, () -> nanos);

  @Test
  void aWorkerThatFallsSilentIsLostForAnHourAndRunsNothing() {
    board.received(presence("one", "one@1"));
    assertThat(board.workers()).hasSize(1);
    assertThat(board.lostWorkers()).isEmpty();

    pass(LIMIT.plusMillis(1));
    assertThat(board.workers()).isEmpty();
    assertThat(board.lostWorkers()).extracting(Presence::worker).containsExactly("one");
    assertThat(board.isInHand(JOB)).isFalse();

    pass(PresenceBoard.LOST_KEPT);
    assertThat(board.lostWorkers()).isEmpty();
  }

  @Test
  void aWorkerThatSaysThatItLeavesIsNotLost() {
    Presence one = presence("one", "one@1");
    board.received(one);
    board.received(one.asLast());
    assertThat(board.workers()).isEmpty();
    pass(LIMIT.plusMillis(1));
    assertThat(board.lostWorkers()).isEmpty();
  }

  @Test
  void aLostWorkerIsNoLongerLostWhenItOrOneOfItsNameIsBack() {
    board.received(presence("one", "one@1"));
    board.received(presence("two", "two@1"));
    board.received(presence("three", "three@1"));
    pass(LIMIT.plusMillis(1));
    board.received(presence("one", "one@1"));
    board.received(presence("two", "two@2"));
    assertThat(board.workers()).extracting(Presence::instance).contains("one@1", "two@2");
    assertThat(board.lostWorkers()).extracting(Presence::instance).containsExactly("three@1");
  }

  @Test
  void theLatestHundredThatWereLostAreKept() {
    for (int each = 0; each < 3 * PresenceBoard.MOST_LOST; each++) {
      board.received(presence("w" + each, "w" + each + "@1"));
      pass(Duration.ofMillis(1));
    }
    pass(LIMIT);
    board.received(presence("last", "last@1"));
    assertThat(board.lostWorkers())
        .hasSize(PresenceBoard.MOST_LOST)
        .first()
        .extracting(Presence::worker)
        .isEqualTo("w299");
  }

  private static Presence presence(String worker, String instance) {
    Presence given = Given.presence(worker, JOB, "run-1");
    return new Presence(
        new Presence.Sender(worker, instance),
        given.capacity(),
        given.load(),
        given.condition(),
        given.sentAt());
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void workersThatSomebodyMadeUpFillNoMemoryAndReplaceNobody() {
    board.received(presence("honest", "honest-1", List.of(JOB)));
    for (int i = 0; i < 10_000; i++) {
      board.received(presence("liar", "liar-" + i, Collections.nCopies(900, Given.job(2).id())));
      board.received(presence("liar", "slim-" + i, List.of()));
    }
    board.received(presence("liar", "honest-1", List.of()));

    assertThat(board.workers()).hasSizeLessThanOrEqualTo(PresenceBoard.MOST_WORKERS);
    assertThat(board.workers().stream().mapToInt(each -> each.held().size()).sum())
        .isLessThanOrEqualTo(PresenceBoard.MOST_JOBS);
    assertThat(board.isInHand(JOB)).isTrue();

    board.received(presence("honest", "honest-1", List.of()));
    assertThat(board.isInHand(JOB)).as("those that are known are heard").isFalse();
  }

  private static Presence presence(String worker, String instance, List<JobId> held) {
    return new Presence(
        new Presence.Sender(worker, instance),
        new Presence.Capacity(List.of("default"), 1),
        new Presence.Load(List.of(), held),
        new Presence.Condition(0, null),
        Given.START);
  }
}
