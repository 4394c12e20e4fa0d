package ci.assay.coordinator.republish;

import ci.assay.common.CannotRunException;
import ci.assay.model.Job;

/** Publishes jobs for workers. */
@FunctionalInterface
public interface JobPublisher {

  /**
   * Waits until the broker has it.
   *
   * @throws CannotRunException when the broker will not have it, or we are closing
   */
  void publish(Job job) throws InterruptedException;
}
