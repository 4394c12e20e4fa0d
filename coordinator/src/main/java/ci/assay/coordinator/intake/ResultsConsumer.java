package ci.assay.coordinator.intake;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.publish.ConfirmedPublisher;
import java.time.Duration;
import java.util.List;

/**
 * Consumes the results queue and the dead letters, from {@link #start} to {@link #close}. Several
 * threads store the results, so that the file system can combine their flushes.
 */
public final class ResultsConsumer implements AutoCloseable {

  private static final int THREADS = 8;

  /** Enough to keep the threads busy while acks are in flight and some results wait. */
  static final int PREFETCH = 128;

  private static final int DEAD_PREFETCH = 4;

  private final QueueConsumer results;
  private final QueueConsumer dead;

  public ResultsConsumer(
      BrokerConnection broker,
      ConfirmedPublisher publisher,
      String name,
      Disposition.Handler messages,
      Disposition.Handler deadLetters) {
    this.results =
        new QueueConsumer(
            broker,
            publisher,
            settings(Topology.RESULTS_QUEUE, "coordinator " + name, PREFETCH, THREADS),
            messages);
    this.dead =
        new QueueConsumer(
            broker,
            publisher,
            settings(
                Topology.DEAD_QUEUE, "coordinator " + name + " dead letters", DEAD_PREFETCH, 1),
            deadLetters);
  }

  private static QueueConsumer.Settings settings(
      String queue, String tag, int prefetch, int threads) {
    return new QueueConsumer.Settings(List.of(queue), List.of(), tag, prefetch, threads);
  }

  public void start() {
    results.start();
    dead.start();
  }

  /**
   * Takes no more deliveries and finishes those in hand; waits {@code limit} at most for each
   * queue.
   */
  public void drain(Duration limit) throws InterruptedException {
    results.drain(limit);
    dead.drain(limit);
  }

  /** Stops at once; the deliveries in hand go back to the queues. */
  @Override
  public void close() {
    results.close();
    dead.close();
  }
}
