package ci.assay.worker.job;

import ci.assay.common.StateTable;

/**
 * How far a run is, as its worker knows. A pure function of the state before and of what happened;
 * {@link ActiveRuns} keeps the state of each run and {@link JobHandler} and {@link
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
  /** It was asked whether it may begin; meanwhile its commit is checked out. */
  ASKED,
  /** It may begin, and that it does is being published. */
  ALLOWED,
  /** That it begins is confirmed: its command may run. */
  BEGUN,
  /** It was interrupted, since its job has a result. */
  STOPPING_JUDGED,
  /** It was interrupted, since another worker began the job before. */
  STOPPING_YIELD,
  /** It ended without a result of its command; what becomes of its job is being decided. */
  ENDING,
  /** It has its result, and nothing stops it any more. */
  FINISHED,
  /** Its result is in the spool, which answers for it from now on. */
  SPOOLED,
  /** The broker has its result. */
  CONFIRMED,
  /** There was nothing to run: its job has a result. */
  ACKED,
  /** Its job is kept while another run goes on. */
  HELD,
  /** Its job went back to the queue. */
  GIVEN_BACK;

  /** What happens to a run. */
  enum Event {
    /** The coordinator, or the silence of all others, allows it. */
    ALLOW,
    /** The broker has confirmed that it begins. */
    CONFIRM_START,
    /** Its command has ended, and its result is made. */
    FINISH,
    /** Its result is on the disk. */
    SPOOL,
    /** The broker has confirmed its result. */
    CONFIRM_RESULT,
    /** It became known that its job has a result. */
    STOP_JUDGED,
    /** It became known that another worker began the job before. */
    STOP_YIELD,
    /** It is over without a result: it was stopped, or met trouble. */
    END,
    /** Its job needs no run. */
    ACK,
    /** Its job is kept until the run of another is over. */
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
   * @throws IllegalStateException when the event cannot come in this state
   */
  RunState after(Event event, String run) {
    return TABLE.next(run, this, event);
  }

  /** Whether others are told that it runs. */
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

  /** Whether nothing is left of it to do for the thread that ran it. */
  boolean isOver() {
    return switch (this) {
      case SPOOLED, CONFIRMED, ACKED, HELD, GIVEN_BACK -> true;
      case ASKED, ALLOWED, BEGUN, STOPPING_JUDGED, STOPPING_YIELD, ENDING, FINISHED -> false;
    };
  }
}
