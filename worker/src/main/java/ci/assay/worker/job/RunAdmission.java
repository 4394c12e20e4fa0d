package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;
import ci.assay.model.Job;

/** Asked before a run begins, and told what becomes of it. */
public interface StartGate {

  /** Lets everything begin, as if it were the first time and nobody else there. */
  StartGate OPEN =
      new StartGate() {
        @Override
        public Permission request(Job job, String run, boolean isRedelivered) {
          return () -> 1;
        }

        @Override
        public void delivered(Run run) {}

        @Override
        public void gone(Run run) {}

        @Override
        public Disposition hold(Run run) {
          return Disposition.ack();
        }
      };

  /**
   * Begins to find out whether a run may begin; does not wait.
   *
   * @param isRedelivered whether somebody was given the job before
   */
  Permission request(Job job, String run, boolean isRedelivered);

  /** The run's result is confirmed. */
  void delivered(Run run);

  /** The run ended without a result. */
  void gone(Run run);

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
    int attempt() throws RunRefusedException, InterruptedException;
  }
}
