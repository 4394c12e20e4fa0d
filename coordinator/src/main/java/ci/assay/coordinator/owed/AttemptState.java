package ci.assay.coordinator.owed;

import ci.assay.common.StateTable;

/**
 * How far a run of an owed job is, as far as the coordinator was told. A pure function of the state
 * before and of what was reported. As reports come in any order and more than once, every event may
 * come in every state:
 *
 * <pre>
 * state               STARTED   RETURNED            LOST            ALIVE
 * ------------------  --------  ------------------  --------------  --------
 * KNOWN               OPEN      RETURNED_UNSTARTED  LOST_UNSTARTED  KNOWN
 * OPEN                OPEN      RETURNED            LOST            OPEN
 * RETURNED_UNSTARTED  RETURNED  the same            the same        the same
 * RETURNED            RETURNED  the same            the same        the same
 * LOST_UNSTARTED      LOST      RETURNED_UNSTARTED  the same        KNOWN
 * LOST                LOST      RETURNED            the same        OPEN
 * </pre>
 */
public enum AttemptState {
  /** It was mentioned; whether it has begun is not known. */
  KNOWN,
  /** It has begun, and may be under way. */
  OPEN,
  /** Its worker gave the job back; no start was reported. */
  RETURNED_UNSTARTED,
  /** It began, and its worker gave the job back. */
  RETURNED,
  /** When all workers were asked, nobody knew of it; no start was reported. */
  LOST_UNSTARTED,
  /** It began, and when all workers were asked, nobody knew of it. */
  LOST;

  /** What is reported of a run. */
  enum Event {
    /** Its worker says that it begins. */
    STARTED,
    /** Its worker says that it gave the job back. */
    RETURNED,
    /** All workers were asked, and nobody knows of it. */
    LOST,
    /** Its worker asks for it, or says that it runs. */
    ALIVE
  }

  private static final StateTable<AttemptState, Event> TABLE =
      StateTable.of("run", AttemptState.class, Event.class)
          .move(KNOWN, Event.STARTED, OPEN)
          .move(KNOWN, Event.RETURNED, RETURNED_UNSTARTED)
          .move(KNOWN, Event.LOST, LOST_UNSTARTED)
          .move(KNOWN, Event.ALIVE, KNOWN)
          .move(OPEN, Event.STARTED, OPEN)
          .move(OPEN, Event.RETURNED, RETURNED)
          .move(OPEN, Event.LOST, LOST)
          .move(OPEN, Event.ALIVE, OPEN)
          .move(RETURNED_UNSTARTED, Event.STARTED, RETURNED)
          .move(RETURNED_UNSTARTED, Event.RETURNED, RETURNED_UNSTARTED)
          .move(RETURNED_UNSTARTED, Event.LOST, RETURNED_UNSTARTED)
          .move(RETURNED_UNSTARTED, Event.ALIVE, RETURNED_UNSTARTED)
          .move(RETURNED, Event.STARTED, RETURNED)
          .move(RETURNED, Event.RETURNED, RETURNED)
          .move(RETURNED, Event.LOST, RETURNED)
          .move(RETURNED, Event.ALIVE, RETURNED)
          .move(LOST_UNSTARTED, Event.STARTED, LOST)
          .move(LOST_UNSTARTED, Event.RETURNED, RETURNED_UNSTARTED)
          .move(LOST_UNSTARTED, Event.LOST, LOST_UNSTARTED)
          .move(LOST_UNSTARTED, Event.ALIVE, KNOWN)
          .move(LOST, Event.STARTED, LOST)
          .move(LOST, Event.RETURNED, RETURNED)
          .move(LOST, Event.LOST, LOST)
          .move(LOST, Event.ALIVE, OPEN)
          .build();

  /** The state after an event. */
  AttemptState after(Event event, String run) {
    return TABLE.next(run, this, event);
  }

  /** Whether it ended without a result. */
  public boolean hasEnded() {
    return isReturned() || isLost();
  }

  /** Whether its worker gave the job back. */
  public boolean isReturned() {
    return this == RETURNED || this == RETURNED_UNSTARTED;
  }

  /** Whether nobody knew of it. */
  public boolean isLost() {
    return this == LOST || this == LOST_UNSTARTED;
  }
}
