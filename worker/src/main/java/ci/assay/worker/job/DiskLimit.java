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
import org.jspecify.annotations.Nullable;

/**
 * The limit of disk space for a run, in any executor.
 *
 * @param space the worker's disk
 * @param limit bytes; empty for no limit
 */
record DiskLimit(DiskSpace space, OptionalLong limit) {

  /**
   * Begins to watch how much a run writes, in all its commands together.
   *
   * @param first the run's first command, which names the run and the folders that it may write
   */
  Held hold(CommandExecutor commands, Command first) {
    if (limit.isEmpty()) {
      return new Held(commands, null, 0);
    }
    long most = limit.getAsLong();
    GrowthWatch watch =
        GrowthWatch.start(space, written(first.places()), most, () -> commands.kill(first.run()));
    return new Held(commands, watch, most);
  }

  /** Runs the commands of one run, one after the other; for use by one thread. */
  static final class Held implements AutoCloseable {
    private final CommandExecutor commands;
    private final @Nullable GrowthWatch watch;
    private final long most;
    private @Nullable OverLimit passed;

    private Held(CommandExecutor commands, @Nullable GrowthWatch watch, long most) {
      this.commands = commands;
      this.watch = watch;
      this.most = most;
    }

    /**
     * As {@link CommandExecutor#run}. A run that exceeds the limit is killed, and none of its
     * further commands begins.
     */
    CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
      if (passed != null) {
        return passed;
      }
      CommandExit ending = commands.run(command, log);
      if (watch == null || !watch.isOver()) {
        return ending;
      }
      passed = over(ending, most);
      return passed;
    }

    @Override
    public void close() {
      if (watch != null) {
        watch.close();
      }
    }
  }

  private static List<Path> written(RunPlaces places) {
    return Stream.of(places.tree(), places.home(), places.temporary())
        .filter(Objects::nonNull)
        .toList();
  }

  /** The exit of a run over the limit, also when it ended by itself before it was killed. */
  private static OverLimit over(CommandExit ending, long most) {
    int code =
        ending instanceof Exited exited && exited.code() != 0
            ? exited.code()
            : Exited.KILLED.code();
    return new OverLimit(code, "killed: wrote more than %s".formatted(Sizes.text(most)), true);
  }
}
