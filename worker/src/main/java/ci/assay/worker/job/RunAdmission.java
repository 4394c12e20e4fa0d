package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;

/** Decides whether a run may begin, and is told how it ended. */
interface RunAdmission {

  /**
   * Begins to ask whether a run may begin; does not wait. A run that may begin is moved to {@link
   * RunState#ALLOWED}.
   *
   * @param isRedelivered whether the job was delivered before, here or elsewhere
   */
  Permission request(Run run, boolean isRedelivered);

  /** The run's result is confirmed. */
  void delivered(Run run);

  /** The run ended without a result. */
  void returned(Run run);

  /** Holds the job while another run of it goes on in place of this one. */
  Disposition hold(Run run);

  /** The pending answer. For use by one thread, which may call it several times. */
  @FunctionalInterface
  interface Permission {

    /**
     * Waits until the run may begin and its start has been announced.
     *
     * @return the number of the attempt at its job, from 1
     * @throws RunRefusedException when the run may not begin
     */
    int await() throws RunRefusedException, InterruptedException;
  }
}
