package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.process.Closer;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.observer.Observer;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.worker.Worker;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator, workers and observer of one process. They are started in the order in which they
 * depend on each other, and stopped in reverse order.
 */
public final class LocalSystem implements AutoCloseable {

  private static final String NAME = "local";

  private final BrokerAddress broker;
  private final Clock clock;
  private final Runnable whenFailed;
  private final Closer rest = new Closer();
  private final List<Worker> workers = new ArrayList<>();
  private @Nullable Coordinator coordinator;
  private volatile @Nullable Observer observer;

  /**
   * @param broker not closed by this object
   * @param whenFailed called when the coordinator had to give up; {@link #close} then throws the
   *     reason
   */
  public LocalSystem(BrokerAddress broker, Clock clock, Runnable whenFailed) {
    this.broker = broker;
    this.clock = clock;
    this.whenFailed = whenFailed;
  }

  BrokerAddress broker() {
    return broker;
  }

  public Coordinator startCoordinator(Path results, VerdictListener listener)
      throws InterruptedException {
    CoordinatorSettings settings = new CoordinatorSettings(broker, NAME, results);
    Coordinator started = rest.add(new Coordinator(settings, listener, clock));
    coordinator = started;
    started.whenFailed(whenFailed);
    started.start();
    return started;
  }

  /**
   * Starts a worker.
   *
   * @param settings must have this system's broker
   */
  public Worker startWorker(WorkerSettings settings, RunListener listener)
      throws InterruptedException {
    Worker worker = rest.add(new Worker(settings, listener, clock));
    workers.add(worker);
    worker.start();
    return worker;
  }

  public Observer startObserver(
      Path state, List<WatchedRepository> repositories, PollListener listener)
      throws InterruptedException {
    ObserverSettings settings =
        new ObserverSettings(broker, NAME, state, repositories, ObserverSettings.DEFAULT_RECONCILE);
    Observer started = new Observer(settings, listener, clock);
    observer = started;
    started.start();
    return started;
  }

  /** Watches these repositories instead; does nothing when the observer was stopped. */
  public void watchInstead(List<WatchedRepository> repositories) {
    Observer current = observer;
    if (current != null) {
      current.update(repositories);
    }
  }

  /** Stops the observer, and lets the workers finish their runs. */
  public void drain() throws InterruptedException {
    closeObserver();
    for (Worker worker : workers) {
      worker.drain();
    }
  }

  /**
   * Stops at once; runs that are under way are killed, and their jobs stay with the broker.
   *
   * @throws CannotRunException when the coordinator had to give up
   */
  @Override
  public void close() throws Exception {
    try (rest) {
      closeObserver();
    }
    if (coordinator != null && coordinator.failure().isPresent()) {
      throw coordinator.failure().get();
    }
  }

  private void closeObserver() {
    Observer current = observer;
    if (current != null) {
      current.close();
      observer = null;
    }
  }
}
