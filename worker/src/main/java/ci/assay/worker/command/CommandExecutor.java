package ci.assay.worker.command;

import ci.assay.model.Surroundings;
import ci.assay.worker.output.RunLog;
import java.io.IOException;

/**
 * Runs the commands of one slot, one after another: in the worker's own surroundings ({@link
 * CommandRunner}), or shut off from them. Used by one thread, but closed by any.
 */
public interface CommandExecutor extends AutoCloseable {

  /** What it is called in results. */
  String name();

  /** What a command with these places runs in, once it was prepared. */
  default Surroundings surroundings(RunPlaces places) {
    return new Surroundings(name());
  }

  /**
   * Makes ready for a command, so that it can begin at once when it may; does not wait until all
   * is, but until its image is here.
   *
   * @param places where it will work
   * @throws UnfitWorkerException when only another worker could run it
   * @throws AwayException when something that it needs does not answer now
   * @throws ci.assay.common.InvalidInputException when what it asks for cannot be had anywhere
   * @throws IOException when none could run
   */
  void prepare(RunPlaces places) throws IOException, InterruptedException;

  /**
   * Runs a command to its end; its output is in the log then, and no process of it is left.
   *
   * @throws ci.assay.common.InvalidInputException when a variable cannot be one
   * @throws IOException when it could not begin, its output not be read, or nobody knows how it
   *     ended
   * @throws InterruptedException when this worker stops
   */
  CommandExit run(CommandRunner.Command command, RunLog log)
      throws IOException, InterruptedException;

  /**
   * Kills a run that is under way here, so that {@link #run} returns; no other and none that has
   * ended. For use by any thread.
   *
   * @param run its id
   */
  void kill(String run);

  @Override
  void close();
}
