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

  private static final JobId JOB = Given.job(1).id();

  private final PresenceBoard board = new PresenceBoard(Duration.ofSeconds(10), () -> 0);

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
