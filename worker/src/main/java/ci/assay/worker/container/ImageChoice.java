package ci.assay.worker.container;

import ci.assay.model.Surroundings;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.output.RunLog;
import java.io.IOException;

/**
 * Passes commands whose commit names an image to the executor for containers, and other commands to
 * the usual executor of this worker. Closes both executors.
 */
public final class ImageChoice implements CommandExecutor {

  private final CommandExecutor usual;
  private final CommandExecutor containers;

  public ImageChoice(CommandExecutor usual, CommandExecutor containers) {
    this.usual = usual;
    this.containers = containers;
  }

  private CommandExecutor of(RunPlaces places) {
    return places.needs().image() == null ? usual : containers;
  }

  @Override
  public String name() {
    return usual.name();
  }

  @Override
  public Surroundings surroundings(RunPlaces places) {
    return of(places).surroundings(places);
  }

  @Override
  public void prepare(RunPlaces places) throws IOException, InterruptedException {
    of(places).prepare(places);
  }

  @Override
  public CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
    return of(command.places()).run(command, log);
  }

  @Override
  public void kill(String run) {
    usual.kill(run);
    containers.kill(run);
  }

  @Override
  public void close() {
    usual.close();
    containers.close();
  }
}
