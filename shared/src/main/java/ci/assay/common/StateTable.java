package ci.assay.common;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The legal transitions of a state machine: a pure function from a state and an event to the next
 * state. Immutable, so safe for use by many threads.
 */
public final class StateTable<S extends Enum<S>, E extends Enum<E>> {

  private final String subject;
  private final Map<S, Map<E, S>> transitions;

  private StateTable(String subject, Map<S, Map<E, S>> transitions) {
    this.subject = subject;
    Map<S, Map<E, S>> copy = new EnumMap<>(transitions);
    copy.replaceAll((from, events) -> new EnumMap<>(events));
    this.transitions = copy;
  }

  /**
   * Begins a table.
   *
   * @param subject the kind of thing that has these states, for messages
   */
  public static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> of(
      String subject, Class<S> states, Class<E> events) {
    return new Builder<>(subject, states, events);
  }

  /** The state after an event; empty when the event is illegal in this state. */
  public Optional<S> find(S state, E event) {
    return Optional.ofNullable(transitions.get(state)).map(from -> from.get(event));
  }

  /**
   * The state after an event.
   *
   * @param id the id of the thing that has the state, for the message
   * @throws IllegalStateException when the event is illegal in this state, which is a defect
   */
  public S next(String id, S state, E event) {
    return find(state, event)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s %s is %s, where %s cannot come".formatted(subject, id, state, event)));
  }

  /** Collects the transitions of a table. */
  public static final class Builder<S extends Enum<S>, E extends Enum<E>> {
    private final String subject;
    private final Class<E> events;
    private final Map<S, Map<E, S>> transitions;

    private Builder(String subject, Class<S> states, Class<E> events) {
      this.subject = subject;
      this.events = events;
      this.transitions = new EnumMap<>(states);
    }

    /** Adds the transition from one state to another by an event. */
    public Builder<S, E> move(S from, E event, S to) {
      S other =
          transitions.computeIfAbsent(from, any -> new EnumMap<>(events)).putIfAbsent(event, to);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s: %s in %s is listed twice".formatted(subject, event, from));
      }
      return this;
    }

    public StateTable<S, E> build() {
      return new StateTable<>(subject, transitions);
    }
  }
}
