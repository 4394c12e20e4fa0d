package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.worker.job.RunState.Event;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunStateTest {

  /** The legal events of each state, in the order of {@link RunState}; all others are illegal. */
  private static final Map<String, String> MOVES = moves();

  private static Map<String, String> moves() {
    Map<String, String> moves = new TreeMap<>();
    put(moves, "ASKED", "ALLOW:ALLOWED END:ENDING ACK:ACKED HOLD:HELD GIVE_BACK:GIVEN_BACK");
    put(
        moves,
        "ALLOWED",
        "CONFIRM_START:BEGUN STOP_JUDGED:STOPPING_JUDGED STOP_YIELD:STOPPING_YIELD END:ENDING"
            + " GIVE_BACK:GIVEN_BACK");
    put(
        moves,
        "BEGUN",
        "FINISH:FINISHED STOP_JUDGED:STOPPING_JUDGED STOP_YIELD:STOPPING_YIELD END:ENDING"
            + " GIVE_BACK:GIVEN_BACK");
    for (String same : List.of("STOPPING_JUDGED", "STOPPING_YIELD")) {
      put(
          moves,
          same,
          "CONFIRM_START:%1$s FINISH:%1$s STOP_JUDGED:%1$s STOP_YIELD:%1$s".formatted(same)
              + " END:ENDING GIVE_BACK:GIVEN_BACK");
    }
    put(
        moves,
        "ENDING",
        "ALLOW:ENDING CONFIRM_START:ENDING STOP_JUDGED:ENDING STOP_YIELD:ENDING SPOOL:SPOOLED"
            + " ACK:ACKED HOLD:HELD GIVE_BACK:GIVEN_BACK");
    put(
        moves,
        "FINISHED",
        "STOP_JUDGED:FINISHED STOP_YIELD:FINISHED SPOOL:SPOOLED END:ENDING GIVE_BACK:GIVEN_BACK");
    put(moves, "SPOOLED", "CONFIRM_RESULT:CONFIRMED");
    return moves;
  }

  private static void put(Map<String, String> moves, String from, String words) {
    for (String word : words.split(" ", -1)) {
      String[] move = word.split(":", -1);
      moves.put(from + " " + move[0], move[1]);
    }
  }

  static Stream<List<Object>> everyStateWithEveryEvent() {
    return Stream.of(RunState.values())
        .flatMap(state -> Stream.of(Event.values()).map(event -> List.<Object>of(state, event)));
  }

  @ParameterizedTest
  @MethodSource("everyStateWithEveryEvent")
  void everyEventIsListedOrCannotComeInEveryState(List<Object> pair) {
    RunState state = (RunState) pair.get(0);
    Event event = (Event) pair.get(1);
    String expected = MOVES.get(state + " " + event);
    if (expected == null) {
      assertThatThrownBy(() -> state.after(event, "01RUN"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("run 01RUN is %s, where %s cannot come".formatted(state, event));
    } else {
      assertThat(state.after(event, "01RUN")).hasToString(expected);
    }
  }

  @Test
  void everyListedMoveIsOneOfTheMachines() {
    assertThat(MOVES.keySet())
        .allSatisfy(
            move -> {
              String[] words = move.split(" ", -1);
              assertThat(RunState.valueOf(words[0]).after(Event.valueOf(words[1]), "01RUN"))
                  .isNotNull();
            })
        .hasSize(41);
  }

  @Test
  void aCommandRunsOnlyAfterItsStartIsConfirmed() {
    Set<RunState> before = EnumSet.noneOf(RunState.class);
    for (RunState state : RunState.values()) {
      if ("FINISHED".equals(MOVES.get(state + " FINISH"))) {
        before.add(state);
      }
    }
    assertThat(before).containsExactly(RunState.BEGUN);
  }

  @Test
  void aRunThatHasItsResultIsNotStoppedAnyMore() {
    for (Event stop : List.of(Event.STOP_JUDGED, Event.STOP_YIELD)) {
      assertThat(RunState.FINISHED.after(stop, "r")).isEqualTo(RunState.FINISHED);
    }
  }

  @Test
  void whatIsOverIsNotUnderway() {
    for (RunState state : RunState.values()) {
      assertThat(state.isOver() && state.isUnderway()).as("%s", state).isFalse();
      assertThat(!state.isStopping() || state.isUnderway()).as("%s", state).isTrue();
    }
  }
}
