package ci.assay.observer.state;

import ci.assay.common.StateTable;

/**
 * The state of a commit between its discovery and its verdict, as the observer knows it. The next
 * state is a pure function of the state and the event; {@link Cursor} keeps the state of each
 * commit on disk. These are all legal transitions; any other is a defect:
 *
 * <pre>
 * state    event  next state
 * -------  -----  ----------
 * NEW      PLAN   PENDING
 *          SEND   JUDGED      an old cursor without the plan: the job cannot be asked about or sent again
 *          JUDGE  JUDGED
 * PENDING  PLAN   PENDING     the plan was stored, although storing it seemed to have failed
 *          SEND   SENT
 *          JUDGE  JUDGED
 * SENT     SEND   SENT        the coordinator did not know it, so it was published again
 *          JUDGE  JUDGED
 * JUDGED   SEND   JUDGED      the confirm came after the coordinator's answer
 *          JUDGE  JUDGED
 * </pre>
 */
public enum CommitState {
  /** No ref led to the commit before. */
  NEW,
  /** The commit is to get a job, which may not have been published yet. */
  PENDING,
  /** The broker has confirmed the commit's jobs. */
  SENT,
  /** The results of all its jobs are stored. */
  JUDGED;

  /** A change that is stored for a commit. */
  enum Event {
    /** The commit is to get a job. */
    PLAN,
    /** The broker has confirmed the commit's jobs. */
    SEND,
    /** The coordinator has answered that all results are stored. */
    JUDGE
  }

  private static final StateTable<CommitState, Event> TABLE =
      StateTable.of("commit", CommitState.class, Event.class)
          .move(NEW, Event.PLAN, PENDING)
          .move(NEW, Event.SEND, JUDGED)
          .move(NEW, Event.JUDGE, JUDGED)
          .move(PENDING, Event.PLAN, PENDING)
          .move(PENDING, Event.SEND, SENT)
          .move(PENDING, Event.JUDGE, JUDGED)
          .move(SENT, Event.SEND, SENT)
          .move(SENT, Event.JUDGE, JUDGED)
          .move(JUDGED, Event.SEND, JUDGED)
          .move(JUDGED, Event.JUDGE, JUDGED)
          .build();

  /**
   * The state after an event.
   *
   * @param commit the commit's id, for the message
   * @throws IllegalStateException when the event is illegal in this state
   */
  CommitState after(Event event, String commit) {
    return TABLE.next(commit, this, event);
  }

  /** Whether the event is legal in this state. */
  boolean allows(Event event) {
    return TABLE.find(this, event).isPresent();
  }
}
