package ci.assay.observer.state;

import ci.assay.common.StateTable;

/**
 * How far a commit is on its way to a verdict, as the observer knows. A pure function of the state
 * before and of what was stored; {@link Cursor} keeps the state of each commit on the disk. These
 * are all the moves; any other is a defect:
 *
 * <pre>
 * state    event  next state
 * -------  -----  ----------
 * NEW      PLAN   PENDING
 *          SEND   JUDGED      a cursor without the plan: nothing could be asked or sent again
 *          JUDGE  JUDGED
 * PENDING  PLAN   PENDING     it was stored, but that failed for all that was known
 *          SEND   SENT
 *          JUDGE  JUDGED
 * SENT     SEND   SENT        the coordinator did not know it, so it was published again
 *          JUDGE  JUDGED
 * JUDGED   SEND   JUDGED      the confirm came after the answer
 *          JUDGE  JUDGED
 * </pre>
 */
public enum CommitState {
  /** No ref has shown it before. */
  NEW,
  /** It is owed a job that may not have been published yet. */
  PENDING,
  /** The broker has confirmed its job. */
  SENT,
  /** Its result is stored, so nothing is owed for it any more. */
  JUDGED;

  /** What is stored of a commit. */
  enum Event {
    /** It shall get a job. */
    PLAN,
    /** The broker has confirmed its job. */
    SEND,
    /** The coordinator says that its result is stored. */
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
   * @param commit for the message
   * @throws IllegalStateException when the event cannot come in this state
   */
  CommitState after(Event event, String commit) {
    return TABLE.next(commit, this, event);
  }

  /** Whether the event can come in this state. */
  boolean allows(Event event) {
    return TABLE.find(this, event).isPresent();
  }
}
