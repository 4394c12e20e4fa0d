package ci.assay.worker.job;

import ci.assay.common.StateTable;

/**
 * The state of a run, as its worker knows it. The next state is a pure function of the last state
 * and an event. {@link ActiveRuns} keeps the state of each run; {@link JobHandler} and {@link
 * StartPermissions} move it. These are all the moves; any other is a defect:
 *
 * <pre>
 * state               event          next state
 * ------------------  -------------  ------------------
 * ASKED               ALLOW          ALLOWED
 *                     END            ENDING
 *                     ACK            ACKED
 *                     HOLD           HELD
 *                     GIVE_BACK      GIVEN_BACK
 * ALLOWED             CONFIRM_START  BEGUN
 *                     STOP_JUDGED    STOPPING_JUDGED
 *                     STOP_YIELD     STOPPING_YIELD
 *                     END            ENDING
 *                     GIVE_BACK      GIVEN_BACK
 * BEGUN               FINISH         FINISHED
 *                     STOP_JUDGED    STOPPING_JUDGED
 *                     STOP_YIELD     STOPPING_YIELD
 *                     END            ENDING
 *                     GIVE_BACK      GIVEN_BACK
 * STOPPING_JUDGED,    CONFIRM_START  the same
 * STOPPING_YIELD      FINISH         the same
 *                     STOP_JUDGED    the same
 *                     STOP_YIELD     the same
 *                     END            ENDING
 *                     GIVE_BACK      GIVEN_BACK
 * ENDING              ALLOW          ENDING
 *                     CONFIRM_START  ENDING
 *                     STOP_JUDGED    ENDING
 *                     STOP_YIELD     ENDING
 *                     SPOOL          SPOOLED
 *                     ACK            ACKED
 *                     HOLD           HELD
 *                     GIVE_BACK      GIVEN_BACK
 * FINISHED            STOP_JUDGED    FINISHED
 *                     STOP_YIELD     FINISHED
 *                     SPOOL          SPOOLED
 *                     END            ENDING
 *                     GIVE_BACK      GIVEN_BACK
 * SPOOLED             CONFIRM_RESULT CONFIRMED
 * CONFIRMED, ACKED, HELD, GIVEN_BACK: the run is over
 * </pre>
 */
enum RunState {
  /** The coordinator was asked whether it may begin; meanwhile its commit is checked out. */
  ASKED,
  /** It may begin; its start is being published. */
  ALLOWED,
  /** The broker has confirmed its start: its command may run. */
  BEGUN,
  /** It was interrupted, because its job has a result. */
  STOPPING_JUDGED,
  /** It was interrupted, because another worker began the job earlier. */
  STOPPING_YIELD,
  /** It ended without a result of its command; what to do with its job is being decided. */
  ENDING,
  /** It has its result, and can no longer be stopped. */
  FINISHED,
  /** Its result is in the spool, which delivers it from now on. */
  SPOOLED,
  /** The broker has its result. */
  CONFIRMED,
  /** It was not needed: its job has a result. */
  ACKED,
  /** Its job is held while another run of it goes on. */
  HELD,
  /** Its job went back to the queue. */
  GIVEN_BACK;

  /** What happens to a run. */
  enum Event {
    /** The coordinator allowed it, or no other worker said that it runs the job. */
    ALLOW,
    /** The broker has confirmed its start. */
    CONFIRM_START,
    /** Its command has ended, and its result is known. */
    FINISH,
    /** Its result is on the disk. */
    SPOOL,
    /** The broker has confirmed its result. */
    CONFIRM_RESULT,
    /** It became known that its job has a result. */
    STOP_JUDGED,
    /** It became known that another worker began the job earlier. */
    STOP_YIELD,
    /** It ended without a result: it was stopped, or something failed. */
    END,
    /** Its job needs no run. */
    ACK,
    /** Its job is held until another run of it is over. */
    HOLD,
    /** Its job goes back to the queue. */
    GIVE_BACK
  }

  private static final StateTable<RunState, Event> TABLE = table();

  private static StateTable<RunState, Event> table() {
    StateTable.Builder<RunState, Event> table =
        StateTable.of("run", RunState.class, Event.class)
            .move(ASKED, Event.ALLOW, ALLOWED)
            .move(ASKED, Event.END, ENDING)
            .move(ASKED, Event.ACK, ACKED)
            .move(ASKED, Event.HOLD, HELD)
            .move(ASKED, Event.GIVE_BACK, GIVEN_BACK)
            .move(ALLOWED, Event.CONFIRM_START, BEGUN)
            .move(ALLOWED, Event.STOP_JUDGED, STOPPING_JUDGED)
            .move(ALLOWED, Event.STOP_YIELD, STOPPING_YIELD)
            .move(ALLOWED, Event.END, ENDING)
            .move(ALLOWED, Event.GIVE_BACK, GIVEN_BACK)
            .move(BEGUN, Event.FINISH, FINISHED)
            .move(BEGUN, Event.STOP_JUDGED, STOPPING_JUDGED)
            .move(BEGUN, Event.STOP_YIELD, STOPPING_YIELD)
            .move(BEGUN, Event.END, ENDING)
            .move(BEGUN, Event.GIVE_BACK, GIVEN_BACK)
            .move(ENDING, Event.ALLOW, ENDING)
            .move(ENDING, Event.CONFIRM_START, ENDING)
            .move(ENDING, Event.STOP_JUDGED, ENDING)
            .move(ENDING, Event.STOP_YIELD, ENDING)
            .move(ENDING, Event.SPOOL, SPOOLED)
            .move(ENDING, Event.ACK, ACKED)
            .move(ENDING, Event.HOLD, HELD)
            .move(ENDING, Event.GIVE_BACK, GIVEN_BACK)
            .move(FINISHED, Event.STOP_JUDGED, FINISHED)
            .move(FINISHED, Event.STOP_YIELD, FINISHED)
            .move(FINISHED, Event.SPOOL, SPOOLED)
            .move(FINISHED, Event.END, ENDING)
            .move(FINISHED, Event.GIVE_BACK, GIVEN_BACK)
            .move(SPOOLED, Event.CONFIRM_RESULT, CONFIRMED);
    for (RunState stopping : new RunState[] {STOPPING_JUDGED, STOPPING_YIELD}) {
      table
          .move(stopping, Event.CONFIRM_START, stopping)
          .move(stopping, Event.FINISH, stopping)
          .move(stopping, Event.STOP_JUDGED, stopping)
          .move(stopping, Event.STOP_YIELD, stopping)
          .move(stopping, Event.END, ENDING)
          .move(stopping, Event.GIVE_BACK, GIVEN_BACK);
    }
    return table.build();
  }

  /**
   * The state after an event.
   *
   * @param run its id, for the message
   * @throws IllegalStateException when the event is illegal in this state
   */
  RunState after(Event event, String run) {
    return TABLE.next(run, this, event);
  }

  /** Whether other workers are told that it runs. */
  boolean isUnderway() {
    return switch (this) {
      case ALLOWED, BEGUN, STOPPING_JUDGED, STOPPING_YIELD, FINISHED -> true;
      case ASKED, ENDING, SPOOLED, CONFIRMED, ACKED, HELD, GIVEN_BACK -> false;
    };
  }

  /** Whether its thread was interrupted. */
  boolean isStopping() {
    return this == STOPPING_JUDGED || this == STOPPING_YIELD;
  }

  /** Whether the thread that ran it has nothing left to do for it. */
  boolean isOver() {
    return switch (this) {
      case SPOOLED, CONFIRMED, ACKED, HELD, GIVEN_BACK -> true;
      case ASKED, ALLOWED, BEGUN, STOPPING_JUDGED, STOPPING_YIELD, ENDING, FINISHED -> false;
    };
  }
}
