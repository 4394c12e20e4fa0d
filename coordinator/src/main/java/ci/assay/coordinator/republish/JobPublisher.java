package ci.assay.coordinator.republish;

import ci.assay.common.CannotRunException;
import ci.assay.model.Job;

/** Publishes jobs for workers. */
@FunctionalInterface
public interface JobPublisher {

  /**
   * Publishes a job and waits until the broker has confirmed it.
   *
   * @throws CannotRunException when the broker refuses it, or the publisher is closed
   */
  void publish(Job job) throws InterruptedException;
}
