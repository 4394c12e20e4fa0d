package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;

/** Is asked whether a run may begin, and told what becomes of it. */
interface RunAdmission {

  /**
   * Begins to find out whether a run may begin; does not wait. When it may, moves it to {@link
   * RunState#ALLOWED}.
   *
   * @param isRedelivered whether somebody was given the job before
   */
  Permission request(Run run, boolean isRedelivered);

  /** The run's result is confirmed. */
  void delivered(Run run);

  /** The run ended without a result. */
  void returned(Run run);

  /** Another run of the job goes on in place of this one: what to do with the job meanwhile. */
  Disposition hold(Run run);

  /** The answer, or the way to it. Used by one thread, as often as it likes. */
  @FunctionalInterface
  interface Permission {

    /**
     * Waits until the run may begin and everybody could know that it does.
     *
     * @return which attempt at its job it is, from 1
     * @throws RunRefusedException when it may not
     */
    int await() throws RunRefusedException, InterruptedException;
  }
}
