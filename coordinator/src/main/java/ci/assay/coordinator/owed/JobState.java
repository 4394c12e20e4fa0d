package ci.assay.coordinator.owed;

import ci.assay.common.StateTable;

/**
 * The state of a job, according to its files. The next state is a pure function of the state and of
 * what is stored. What is stored may arrive in any order and twice, and never leads back to an
 * earlier state:
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
  /** The job has not arrived. */
  UNKNOWN,
  /** The job has arrived, and has no result. */
  OWED,
  /** The job has its result. */
  JUDGED;

  /** What is stored of a job. */
  enum Event {
    /** The observer's copy of the job is on disk. */
    JOB_STORED,
    /** The first result is on disk. */
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
   * The state of a job with these files.
   *
   * @param isStored whether the job is stored
   * @param hasResult whether its result is stored
   */
  public static JobState of(boolean isStored, boolean hasResult) {
    JobState state = isStored ? UNKNOWN.after(Event.JOB_STORED) : UNKNOWN;
    return hasResult ? state.after(Event.RESULT_STORED) : state;
  }
}
