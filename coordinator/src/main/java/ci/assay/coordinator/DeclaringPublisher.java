package ci.assay.coordinator;

import ci.assay.broker.BrokerLink;
import ci.assay.broker.Outgoing;
import ci.assay.broker.Topology;
import ci.assay.model.CannotRunException;
import ci.assay.model.Job;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Publishes jobs to their pools' queues, which are declared first: the results queue takes a copy
 * of each job, so the broker would not say that the pool's is missing.
 *
 * @param declaring not the link that is published on, which an alarm may block
 */
record DeclaringPublisher(Sender sender, BrokerLink declaring) implements JobPublisher {

  @Override
  public void publish(Job job) throws InterruptedException {
    declare(job.pool());
    try {
      sender.publish(Outgoing.job(job)).get();
    } catch (ExecutionException e) {
      throw new CannotRunException(
          "job " + job.id() + " could not be published: " + e.getCause(), e);
    }
  }

  void declare(String pool) throws InterruptedException {
    Topology.declareAtStart(declaring, List.of(pool));
  }
}
