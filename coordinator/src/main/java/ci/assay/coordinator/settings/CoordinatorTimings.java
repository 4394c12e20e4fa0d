package ci.assay.coordinator.settings;

import java.time.Duration;

/**
 * How long a coordinator waits for what. One set of values is right for everybody; tests shrink
 * them.
 *
 * @param tick between two ticks, and between two announcements of the active coordinator
 * @param silence after which a coordinator that receives nothing from the results queue does not
 *     take itself for the active one any more
 * @param grant how long a run that was allowed may take until it is known to have started
 * @param presence how long a worker counts as alive after it was heard
 * @param sweep when and how often owed jobs are published again
 */
public record CoordinatorTimings(
    Duration tick, Duration silence, Duration grant, Duration presence, Sweep sweep) {

  /**
   * When an owed job that nobody has is published again.
   *
   * @param after how long it has been owed, at the first time; doubled at each further one
   * @param check between two looks at the queues
   * @param quiet for how long nothing is swept after a start or a reconnect
   */
  public record Sweep(Duration after, Duration check, Duration quiet) {
    static final Sweep DEFAULT =
        new Sweep(Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** The usual ones, or shorter ones where {@code after} is short. */
    public static Sweep after(Duration after) {
      Duration pause = after.compareTo(DEFAULT.check()) < 0 ? after : DEFAULT.check();
      return new Sweep(after, pause, pause);
    }
  }

  /** The usual ones. */
  public static final CoordinatorTimings DEFAULT =
      new CoordinatorTimings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Sweep.DEFAULT);

  /** The same with another time until an owed job is published again. */
  public CoordinatorTimings sweepingAfter(Duration after) {
    return new CoordinatorTimings(tick, silence, grant, presence, Sweep.after(after));
  }
}
