package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.Job;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The default settings of workers that share a process with the rest of the system. */
public final class LocalWorkers {

  private static final int MOST_ATTEMPTS = 3;
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);

  /** A lower limit than usual, because a person's own machine may have little free space. */
  private static final WorkerSettings.Disk DISK =
      WorkerSettings.Disk.DEFAULT.withMinFree(100L << 20);

  private LocalWorkers() {}

  /**
   * The settings of one worker.
   *
   * @param timeout of a run whose commit does not set one
   */
  public static WorkerSettings settings(
      BrokerAddress broker, String name, int slots, Path work, Duration timeout) {
    return new WorkerSettings(
        broker,
        name,
        new WorkerSettings.Capacity(slots, List.of(Job.DEFAULT_POOL)),
        new WorkerSettings.Limits(timeout, MOST_ATTEMPTS, DRAIN_LIMIT),
        work,
        DISK);
  }
}
