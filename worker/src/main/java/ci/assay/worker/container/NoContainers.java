package ci.assay.worker.container;

import ci.assay.model.Surroundings;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.output.RunLog;
import java.io.IOException;

/**
 * Takes the place of the executor for containers if a worker has none; runs nothing.
 *
 * @param why why there is none
 * @param mend what to do about it
 */
public record NoContainers(String why, String mend) implements CommandExecutor {

  @Override
  public String name() {
    return ContainerExecutor.NAME;
  }

  @Override
  public Surroundings surroundings(RunPlaces places) {
    return new Surroundings(name(), places.needs().image(), null);
  }

  @Override
  public void prepare(RunPlaces places) throws IOException {
    throw new UnfitWorkerException(
        "its commit wants a container of %s, and %s".formatted(places.needs().image(), why), mend);
  }

  @Override
  public CommandExit run(Command command, RunLog log) throws IOException {
    prepare(command.places());
    throw new IOException("there is no executor in containers");
  }

  @Override
  public void kill(String run) {}

  @Override
  public void close() {}
}
