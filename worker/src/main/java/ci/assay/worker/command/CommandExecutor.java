package ci.assay.worker.command;

import ci.assay.model.Surroundings;
import ci.assay.worker.output.RunLog;
import java.io.IOException;

/**
 * Runs the commands of one slot, one after another: as processes of the worker's machine ({@link
 * CommandRunner}), or isolated from it. Used by one thread; may be closed by any thread.
 */
public interface CommandExecutor extends AutoCloseable {

  /** The name of the executor in results. */
  String name();

  /** Where a command with these places runs; the image's digest is known after {@link #prepare}. */
  default Surroundings surroundings(RunPlaces places) {
    return new Surroundings(name());
  }

  /**
   * Prepares for a command, so that it can start as soon as it has permission. Waits until the
   * image is present, but not for the rest of the preparation.
   *
   * @param places the folders of the command
   * @throws UnfitWorkerException when only another worker could run the command
   * @throws AwayException when a service that the command needs does not answer now
   * @throws ci.assay.common.InvalidInputException when no worker could run the command
   * @throws IOException when this executor can run no command
   */
  void prepare(RunPlaces places) throws IOException, InterruptedException;

  /**
   * Runs a command to its end. Then its output is in the log, and none of its processes is left.
   *
   * @throws ci.assay.common.InvalidInputException when a variable has an invalid name or value
   * @throws IOException when the command could not start, its output could not be read, or it is
   *     not known how it ended
   * @throws InterruptedException when this worker stops
   */
  CommandExit run(CommandRunner.Command command, RunLog log)
      throws IOException, InterruptedException;

  /**
   * Kills a run if this executor is running it, so that {@link #run} returns; otherwise does
   * nothing. For use by any thread.
   *
   * @param run the id of the run
   */
  void kill(String run);

  @Override
  void close();
}
