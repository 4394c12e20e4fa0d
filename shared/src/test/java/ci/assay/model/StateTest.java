package ci.assay.model;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.State.Standing;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StateTest {

  @Test
  void stateWithAResultIsItsOutcome() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(State.of(outcome).word()).isEqualTo(outcome.word());
      assertThat(State.of(outcome, true)).isEqualTo(State.of(outcome));
      assertThat(State.of(outcome).isOver()).isTrue();
    }
    assertThat(State.TIMED_OUT.text()).isEqualTo("timed out");
  }

  @Test
  void stateWithoutAResultIsRunningOrWaiting() {
    assertThat(State.of(null, true)).isEqualTo(State.RUNNING);
    assertThat(State.of(null, false)).isEqualTo(State.WAITING);
    assertThat(Standing.WAITING.text()).isEqualTo("waiting");
    assertThat(Standing.running("host-1", Instant.parse("2026-11-23T10:02:13.5Z")).text())
        .isEqualTo("running on host-1 since 2026-11-23 10:02:13 UTC");
  }
}
