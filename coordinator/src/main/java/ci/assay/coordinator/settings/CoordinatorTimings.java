package ci.assay.coordinator.settings;

import java.time.Duration;

/**
 * The intervals and time limits of a coordinator. The defaults suit every installation; tests use
 * shorter ones.
 *
 * @param tick the interval of ticks, and of the announcements of the active coordinator
 * @param silence after this time without a message from the results queue, a coordinator does not
 *     count itself as active any more
 * @param grant how long a permitted run counts as about to start
 * @param presence how long a worker counts as alive after its last presence message
 * @param sweep when and how often owed jobs are published again
 */
public record CoordinatorTimings(
    Duration tick, Duration silence, Duration grant, Duration presence, Sweep sweep) {

  /**
   * When an owed job that is in no queue and with no worker is published again.
   *
   * @param after how long a job must have been owed the first time; doubled each further time
   * @param check the interval of checks of the queues
   * @param quiet for how long nothing is published again after a start or a reconnect
   */
  public record Sweep(Duration after, Duration check, Duration quiet) {
    static final Sweep DEFAULT =
        new Sweep(Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** The defaults with another {@code after}; the others are not longer than it. */
    public static Sweep after(Duration after) {
      Duration pause = after.compareTo(DEFAULT.check()) < 0 ? after : DEFAULT.check();
      return new Sweep(after, pause, pause);
    }
  }

  /** The default timings. */
  public static final CoordinatorTimings DEFAULT =
      new CoordinatorTimings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Sweep.DEFAULT);

  /** The same timings with another time until an owed job is published again. */
  public CoordinatorTimings sweepingAfter(Duration after) {
    return new CoordinatorTimings(tick, silence, grant, presence, Sweep.after(after));
  }
}
