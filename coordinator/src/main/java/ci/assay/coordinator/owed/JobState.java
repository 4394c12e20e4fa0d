package ci.assay.coordinator.owed;

import ci.assay.common.StateTable;

/**
 * How far a job is, as its files say. A pure function of the state before and of what was stored;
 * nothing that is stored takes it back, and its parts arrive in any order and twice:
 *
 * <pre>
 * state    event         next state
 * -------  ------------  ----------
 * UNKNOWN  JOB_STORED    OWED
 *          RESULT_STORED JUDGED
 * OWED     JOB_STORED    OWED
 *          RESULT_STORED JUDGED
 * JUDGED   JOB_STORED    JUDGED
 *          RESULT_STORED JUDGED
 * </pre>
 *
 * The attempts of an OWED job have states of their own: {@link AttemptState}.
 */
public enum JobState {
  /** It has not arrived. */
  UNKNOWN,
  /** It has arrived, and has no result. */
  OWED,
  /** It has its result. */
  JUDGED;

  /** What happens to a job. */
  enum Event {
    /** The observer's copy is on the disk. */
    JOB_STORED,
    /** The first result is on the disk. */
    RESULT_STORED
  }

  private static final StateTable<JobState, Event> TABLE =
      StateTable.of("job", JobState.class, Event.class)
          .move(UNKNOWN, Event.JOB_STORED, OWED)
          .move(UNKNOWN, Event.RESULT_STORED, JUDGED)
          .move(OWED, Event.JOB_STORED, OWED)
          .move(OWED, Event.RESULT_STORED, JUDGED)
          .move(JUDGED, Event.JOB_STORED, JUDGED)
          .move(JUDGED, Event.RESULT_STORED, JUDGED)
          .build();

  /** The state after an event. */
  JobState after(Event event) {
    return TABLE.next("", this, event);
  }

  /**
   * The state that the files of a job stand for.
   *
   * @param isStored whether the job is there
   * @param hasResult whether its result is there
   */
  public static JobState of(boolean isStored, boolean hasResult) {
    JobState state = isStored ? UNKNOWN.after(Event.JOB_STORED) : UNKNOWN;
    return hasResult ? state.after(Event.RESULT_STORED) : state;
  }
}
