package ci.assay.observer.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.observer.state.CommitState.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommitStateTest {

  /** Every state with every event; an empty next state means that the event is illegal. */
  @ParameterizedTest
  @CsvSource({
    "NEW,     PLAN,  PENDING",
    "NEW,     SEND,  JUDGED",
    "NEW,     JUDGE, JUDGED",
    "PENDING, PLAN,  PENDING",
    "PENDING, SEND,  SENT",
    "PENDING, JUDGE, JUDGED",
    "SENT,    PLAN,",
    "SENT,    SEND,  SENT",
    "SENT,    JUDGE, JUDGED",
    "JUDGED,  PLAN,",
    "JUDGED,  SEND,  JUDGED",
    "JUDGED,  JUDGE, JUDGED",
  })
  void everyEventLeadsSomewhereOrCannotCome(CommitState state, Event event, CommitState next) {
    assertThat(state.allows(event)).isEqualTo(next != null);
    if (next == null) {
      assertThatThrownBy(() -> state.after(event, "4f1c"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("commit 4f1c is %s, where %s cannot come".formatted(state, event));
    } else {
      assertThat(state.after(event, "4f1c")).isEqualTo(next);
    }
  }

  @ParameterizedTest
  @EnumSource(Event.class)
  void noEventLeavesTheJudgedState(Event event) {
    assertThat(
            !CommitState.JUDGED.allows(event)
                || CommitState.JUDGED.after(event, "4f1c") == CommitState.JUDGED)
        .isTrue();
  }
}
