package ci.assay.worker.job;

import ci.assay.common.Sizes;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.GrowthWatch;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Holds a run within the disk that it may use, in whatever executor.
 *
 * @param space of the worker's disk
 * @param limit in bytes; empty for none
 */
record DiskLimit(DiskSpace space, OptionalLong limit) {

  /** As {@link CommandExecutor#run}; a run that passes the limit is killed. */
  CommandExit run(CommandExecutor commands, Command command, RunLog log)
      throws IOException, InterruptedException {
    if (limit.isEmpty()) {
      return commands.run(command, log);
    }
    long most = limit.getAsLong();
    try (GrowthWatch watch =
        GrowthWatch.start(
            space, written(command.places()), most, () -> commands.kill(command.run()))) {
      CommandExit ending = commands.run(command, log);
      return watch.isOver() ? over(ending, most) : ending;
    }
  }

  private static List<Path> written(RunPlaces places) {
    return Stream.of(places.tree(), places.home(), places.temporary())
        .filter(Objects::nonNull)
        .toList();
  }

  /** Also of one that came to its end before it could be killed. */
  private static OverLimit over(CommandExit ending, long most) {
    int code =
        ending instanceof Exited exited && exited.code() != 0
            ? exited.code()
            : Exited.KILLED.code();
    return new OverLimit(code, "killed: wrote more than %s".formatted(Sizes.text(most)), true);
  }
}
