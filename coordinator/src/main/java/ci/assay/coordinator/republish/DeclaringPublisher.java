package ci.assay.coordinator.republish;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.active.Sender;
import ci.assay.model.Job;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Publishes jobs to the queues of their pools, and declares each queue before: since the results
 * queue takes a copy of each job, the broker would not return a job whose pool's queue is missing.
 *
 * @param sender publishes the job
 * @param declaring the connection to declare on; not the one for publishing, which an alarm may
 *     block
 */
public record DeclaringPublisher(Sender sender, BrokerConnection declaring)
    implements JobPublisher {

  @Override
  public void publish(Job job) throws InterruptedException {
    declare(job.pool());
    try {
      sender.publish(OutgoingMessage.job(job)).get();
    } catch (ExecutionException e) {
      throw new CannotRunException(
          "job " + job.id() + " could not be published: " + e.getCause(), e);
    }
  }

  public void declare(String pool) throws InterruptedException {
    Topology.declareAtStart(declaring, List.of(pool));
  }
}
