package ci.assay.coordinator.owed;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import java.time.Duration;
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
}
