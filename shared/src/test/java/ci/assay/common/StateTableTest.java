package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StateTableTest {

  private enum Door {
    OPEN,
    CLOSED
  }

  private enum Hand {
    PUSH,
    PULL
  }

  private static StateTable.Builder<Door, Hand> table() {
    return StateTable.of("door", Door.class, Hand.class).move(Door.OPEN, Hand.PUSH, Door.CLOSED);
  }

  @Test
  void aListedTransitionLeadsToItsState() {
    assertThat(table().build().next("7", Door.OPEN, Hand.PUSH)).isEqualTo(Door.CLOSED);
    assertThat(table().build().find(Door.OPEN, Hand.PUSH)).contains(Door.CLOSED);
  }

  @Test
  void anIllegalTransitionNamesTheSubjectItsStateAndTheEvent() {
    assertThat(table().build().find(Door.CLOSED, Hand.PULL)).isEmpty();
    assertThatThrownBy(() -> table().build().next("7", Door.OPEN, Hand.PULL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("door 7 is OPEN, where PULL cannot come");
  }

  @Test
  void noTransitionIsListedTwice() {
    assertThatThrownBy(() -> table().move(Door.OPEN, Hand.PUSH, Door.OPEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("door: PUSH in OPEN is listed twice");
  }
}
