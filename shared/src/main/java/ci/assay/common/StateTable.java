package ci.assay.common;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The legal moves of a state machine: a pure function from a state and an event to the next state.
 * Immutable once it is built, so safe for use by many threads.
 */
public final class StateTable<S extends Enum<S>, E extends Enum<E>> {

  private final String subject;
  private final Map<S, Map<E, S>> moves;

  private StateTable(String subject, Map<S, Map<E, S>> moves) {
    this.subject = subject;
    Map<S, Map<E, S>> copy = new EnumMap<>(moves);
    copy.replaceAll((from, events) -> new EnumMap<>(events));
    this.moves = copy;
  }

  /**
   * Lists the moves.
   *
   * @param subject what has these states, for messages
   */
  public static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> of(
      String subject, Class<S> states, Class<E> events) {
    return new Builder<>(subject, states, events);
  }

  /** The state after an event; empty when the event cannot come then. */
  public Optional<S> find(S state, E event) {
    return Optional.ofNullable(moves.get(state)).map(from -> from.get(event));
  }

  /**
   * The state after an event.
   *
   * @param id of what has the state
   * @throws IllegalStateException when the event cannot come then, which is a defect
   */
  public S next(String id, S state, E event) {
    return find(state, event)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s %s is %s, where %s cannot come".formatted(subject, id, state, event)));
  }

  /** Collects the moves. */
  public static final class Builder<S extends Enum<S>, E extends Enum<E>> {
    private final String subject;
    private final Class<E> events;
    private final Map<S, Map<E, S>> moves;

    private Builder(String subject, Class<S> states, Class<E> events) {
      this.subject = subject;
      this.events = events;
      this.moves = new EnumMap<>(states);
    }

    /** In this state, this event leads there. */
    public Builder<S, E> move(S from, E event, S to) {
      S other = moves.computeIfAbsent(from, any -> new EnumMap<>(events)).putIfAbsent(event, to);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s: %s in %s is listed twice".formatted(subject, event, from));
      }
      return this;
    }

    public StateTable<S, E> build() {
      return new StateTable<>(subject, moves);
    }
  }
}
