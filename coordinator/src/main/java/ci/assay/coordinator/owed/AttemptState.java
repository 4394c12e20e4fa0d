package ci.assay.coordinator.owed;

import ci.assay.common.StateTable;

/**
 * The state of a run of an owed job, as far as the coordinator was told. The next state is a pure
 * function of the state and the report. Reports arrive in any order and more than once, so every
 * event is legal in every state:
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
  /** The run was mentioned; whether it has begun is not known. */
  KNOWN,
  /** The run has begun, and may be under way. */
  OPEN,
  /** Its worker gave the job back; no start was reported. */
  RETURNED_UNSTARTED,
  /** The run began, and its worker gave the job back. */
  RETURNED,
  /** All workers were asked, and none knew the run; no start was reported. */
  LOST_UNSTARTED,
  /** The run began; later all workers were asked, and none knew it. */
  LOST;

  /** A report about a run. */
  enum Event {
    /** Its worker reports its start. */
    STARTED,
    /** Its worker reports that it gave the job back. */
    RETURNED,
    /** All workers were asked, and none knows the run. */
    LOST,
    /** Its worker asks to begin it, or reports that it runs. */
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

  /** Whether the run ended without a result. */
  public boolean hasEnded() {
    return isReturned() || isLost();
  }

  /** Whether its worker gave the job back. */
  public boolean isReturned() {
    return this == RETURNED || this == RETURNED_UNSTARTED;
  }

  /** Whether no worker knew the run. */
  public boolean isLost() {
    return this == LOST || this == LOST_UNSTARTED;
  }
}
