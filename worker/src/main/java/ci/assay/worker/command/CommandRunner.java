package ci.assay.worker.command;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.limit.ControlGroup;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands one after another, each in a session of its own, under a supervisor that lives on
 * between them. Used by one thread; may be closed by any thread.
 */
public final class CommandRunner implements CommandExecutor {

  /** The name of the executor in results. */
  public static final String NAME = "process";

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * What to run.
   *
   * @param run the run's id
   * @param shellCommand a command or script for {@code sh}
   * @param environment the whole environment
   * @param needs what it needs besides its directory, its home and its temporary folder
   */
  public record Command(
      String run,
      String shellCommand,
      Path directory,
      Map<String, String> environment,
      Duration timeout,
      RunNeeds needs) {

    public Command {
      if (shellCommand.indexOf('\0') >= 0) {
        throw new InvalidInputException("a command cannot have a NUL in it; remove it");
      }
    }

    /** A command with no further needs. */
    public Command(
        String run,
        String shellCommand,
        Path directory,
        Map<String, String> environment,
        Duration timeout) {
      this(run, shellCommand, directory, environment, timeout, RunNeeds.NONE);
    }

    /** Its directory, and what else it may read and write. */
    public RunPlaces places() {
      return new RunPlaces(directory, path("HOME"), path("TMPDIR"), needs);
    }

    /** The same command with the paths of an isolated run, which are the same for every run. */
    public Command inside() {
      Map<String, String> variables = new TreeMap<>(checkedEnvironment());
      variables.put("HOME", RunPlaces.HOME.toString());
      variables.put("TMPDIR", RunPlaces.TEMPORARY.toString());
      variables.computeIfPresent(
          RunPlaces.SUMMARY_VARIABLE,
          (name, outside) -> RunPlaces.summaryIn(RunPlaces.TEMPORARY).toString());
      return new Command(run, shellCommand, RunPlaces.TREE, variables, timeout, needs);
    }

    private @Nullable Path path(String variable) {
      String value = environment.get(variable);
      return value == null ? null : Path.of(value);
    }

    /**
     * The environment.
     *
     * @throws InvalidInputException when a variable has an invalid name or value
     */
    public Map<String, String> checkedEnvironment() {
      environment.forEach(Command::check);
      return environment;
    }

    private static void check(String name, String value) {
      if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
        throw new InvalidInputException(
            "'%s' cannot be an environment variable; use letters, digits and _, and no NUL in its value"
                .formatted(name));
      }
    }
  }

  private final GuardProcess guard;
  private final Executor readers;
  private final @Nullable ControlGroup group;
  private final CurrentRun current = new CurrentRun();
  private volatile @Nullable RunSupervisor supervisor;

  /**
   * @param guard not closed by this object
   * @param readers runs the task that reads the output, one per run
   */
  public CommandRunner(GuardProcess guard, Executor readers) {
    this(guard, readers, null);
  }

  /**
   * @param guard not closed by this object
   * @param readers runs the task that reads the output, one per run
   * @param group what limits the runs; closed with this object
   */
  public CommandRunner(GuardProcess guard, Executor readers, @Nullable ControlGroup group) {
    this.guard = guard;
    this.readers = readers;
    this.group = group;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Starts a supervisor if there is none, so that a command can start as soon as it has permission.
   *
   * @throws IOException when the supervisor does not start
   */
  @Override
  public void prepare(RunPlaces places) throws IOException, InterruptedException {
    var unused = supervisor();
  }

  /**
   * Runs a command to its end. Then its output is in the log, and none of its processes is left.
   * The command starts only after the guard knows of it, and never if the worker dies before that.
   *
   * @throws InvalidInputException when a variable has an invalid name or value
   * @throws IOException when the command could not start, or its output could not be read
   * @throws InterruptedException when this worker stops
   */
  @Override
  public CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
    var unused = command.checkedEnvironment();
    RunSupervisor used = supervisor();
    guard.await(used.pid(), command.run());
    boolean isClean = false;
    try {
      LimitWatch limits = LimitWatch.begin(group);
      SupervisedRun run = SupervisedRun.begin(used, command, log, readers);
      CommandExit ending = current.finish(command.run(), run, command.timeout());
      isClean = run.isClean();
      return limits.explain(
          ending == null ? SupervisedRun.killedWithSupervisor(used.exitCode()) : ending);
    } finally {
      if (!isClean) {
        supervisor = null;
        used.close();
        RunProcesses.kill(command.run());
      }
      guard.remove(used.pid());
    }
  }

  @Override
  public void kill(String run) {
    current.kill(run);
  }

  private RunSupervisor supervisor() throws IOException, InterruptedException {
    RunSupervisor last = supervisor;
    if (last != null && last.isUsable()) {
      return last;
    }
    endSupervisor();
    List<String> around = group == null ? List.of() : group.entering();
    RunSupervisor next = RunSupervisor.start(around, readers);
    supervisor = next;
    return next;
  }

  private void endSupervisor() {
    RunSupervisor last = supervisor;
    supervisor = null;
    if (last != null) {
      last.close();
    }
  }

  /** Ends the supervisor, and with it a command. */
  @Override
  public void close() {
    endSupervisor();
    if (group != null) {
      group.close();
    }
  }
}
