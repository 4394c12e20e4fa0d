package ci.assay.worker.job;

import ci.assay.pipeline.Step;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.MissingProgram;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the steps of one run in its slot, all within one limit of disk space. */
final class RunSteps implements StepRuns.Place, AutoCloseable {

  /**
   * How long after the death of a command the worker itself may be told to stop. Whoever stops a
   * service signals its runs too, perhaps a moment before the worker.
   */
  private static final Duration SIGNAL_SPREAD = Duration.ofMillis(200);

  private final Slot slot;
  private final Run run;
  private final PreparedRun prepared;
  private final RunLog log;
  private final Map<String, String> environment;
  private DiskLimit.@Nullable Held disk;

  /**
   * What a slot runs commands with.
   *
   * @param disk the worker's disk
   * @param commands of this slot alone
   */
  record Slot(JobRunner.Host host, DiskSpace disk, CommandExecutor commands) {}

  /**
   * @param environment the variables of all steps, to which each step adds its own
   */
  RunSteps(Slot slot, Run run, PreparedRun prepared, RunLog log, Map<String, String> environment) {
    this.slot = slot;
    this.run = run;
    this.prepared = prepared;
    this.log = log;
    this.environment = environment;
  }

  @Override
  public CommandExit run(Step step, Duration limit) throws IOException, InterruptedException {
    Map<String, String> variables = new TreeMap<>(environment);
    variables.putAll(step.env());
    CommandRunner.Command command =
        new CommandRunner.Command(
            run.id(), step.run(), prepared.place().tree(), variables, limit, prepared.needs());
    CommandExit exit = limited(command).run(command, log);
    if (exit instanceof Exited by && by.isAskedToEnd() && stopsSoon()) {
      throw new InterruptedException(run + " was killed by somebody while the worker stops");
    }
    return MissingProgram.judged(exit, command, slot.commands(), log);
  }

  private DiskLimit.Held limited(CommandRunner.Command first) {
    if (disk == null) {
      disk =
          new DiskLimit(slot.disk(), slot.host().settings().isolation().limits().disk())
              .hold(slot.commands(), first);
    }
    return disk;
  }

  private boolean stopsSoon() throws InterruptedException {
    long deadline = System.nanoTime() + SIGNAL_SPREAD.toNanos();
    while (!slot.host().isStopping().getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return slot.host().isStopping().getAsBoolean();
  }

  @Override
  public void renew() throws IOException, InterruptedException {
    prepared.renew(run.job());
  }

  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }
}
