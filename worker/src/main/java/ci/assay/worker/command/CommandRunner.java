package ci.assay.worker.command;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands one after another, each alone in a process group. Simple ones share a shell that
 * stays between them, as long as each leaves it as it was: after one that was killed, or that left
 * something behind, the next gets a new one. Used by one thread, but closed by any.
 */
public final class CommandRunner implements CommandExecutor {

  private static final Logger logger = LoggerFactory.getLogger(CommandRunner.class);
  private static final Duration TERMINATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Plain words. Nothing is expanded, and no other file becomes a part of it ({@code . file}). */
  private static final Pattern SIMPLE =
      Pattern.compile("(?!(.* )?(\\.|source)( |$))[A-Za-z0-9_./=:,@%+ -]+");

  /**
   * What to run.
   *
   * @param run the run's id
   * @param shellCommand a command or script for {@code sh}
   * @param environment all of it
   * @param readable what it must be able to read beside its directory, its home and its temporary
   *     folder
   */
  public record Command(
      String run,
      String shellCommand,
      Path directory,
      Map<String, String> environment,
      Duration timeout,
      List<Path> readable) {

    public Command {
      readable = List.copyOf(readable);
    }

    /** One that needs to read nothing beside. */
    public Command(
        String run,
        String shellCommand,
        Path directory,
        Map<String, String> environment,
        Duration timeout) {
      this(run, shellCommand, directory, environment, timeout, List.of());
    }

    /**
     * The environment.
     *
     * @throws InvalidInputException when a variable cannot be one
     */
    public Map<String, String> checkedEnvironment() {
      environment.forEach(Command::export);
      return environment;
    }

    /**
     * A simple command cannot tell a fork of a shell from a shell of its own; a script could, by
     * {@code $$}.
     */
    private SlotShell.Mode mode() {
      return SIMPLE.matcher(shellCommand).matches() ? SlotShell.Mode.FORK : SlotShell.Mode.OWN;
    }

    /** For {@link SlotShell#begin}. */
    private String script() {
      StringBuilder script = new StringBuilder();
      environment.forEach((name, value) -> script.append(export(name, value)));
      return script
          .append("cd -P -- ")
          .append(ShellScript.quote(directory.toString()))
          .append(" || exit\nunset OLDPWD\nassay_command=")
          .append(ShellScript.quote(shellCommand))
          .append('\n')
          .toString();
    }

    private static String export(String name, String value) {
      if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
        throw new InvalidInputException(
            "'%s' cannot be a variable of the environment; take letters, digits and _, and no NUL in its value"
                .formatted(name));
      }
      return "export " + name + "=" + ShellScript.quote(value) + "\n";
    }
  }

  private final GuardProcess guard;
  private final Path folder;
  private final Executor readers;
  private volatile @Nullable SlotShell shell;

  /**
   * @param guard not closed by this object
   * @param folder for the shell's files alone
   * @param readers where the output is read, one task per run, and the shell's answers
   */
  public CommandRunner(GuardProcess guard, Path folder, Executor readers) {
    this.guard = guard;
    this.folder = folder;
    this.readers = readers;
  }

  @Override
  public String name() {
    return "process";
  }

  /**
   * Starts a shell if there is none: before a command may begin, so that it is there when it may.
   *
   * @throws IOException when it does not come up
   */
  @Override
  public void prepare() throws IOException, InterruptedException {
    var unused = shell();
  }

  /**
   * Runs a command to its end; its output is in the log then, and no process of it is left. It
   * begins only once the guard knows of it, and a shell whose worker dies before never begins.
   *
   * @throws InvalidInputException when a variable cannot be one
   * @throws IOException when it could not begin or its output not be read
   * @throws InterruptedException when this worker stops
   */
  @Override
  public CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
    String script = command.script();
    SlotShell used = shell();
    SlotShell.Mode mode = command.mode();
    boolean isLed = mode == SlotShell.Mode.OWN;
    RunProcesses group = RunProcesses.beginning(used.pid(), command.run(), isLed);
    guard.add(used.pid(), command.run());
    boolean isGone = false;
    boolean isRead = false;
    boolean isAsBefore = false;
    try {
      SlotShell.Output output = used.output();
      FutureTask<Void> reading = new FutureTask<>(() -> capture(output, log));
      CommandExit ending;
      boolean wasAlone;
      try {
        readers.execute(reading);
        used.begin(script, mode);
        ending = await(used, group, command.timeout());
        wasAlone = group.kill(guard);
        isGone = true;
      } finally {
        output.release();
      }
      isRead = finish(reading, log);
      isAsBefore = isRead && wasAlone && !isLed && ending instanceof Exited;
      return ending;
    } finally {
      if (!isAsBefore) {
        shell = null;
        used.close();
      }
      if (!isRead) {
        used.abandonPipe();
      }
      if (!isGone) {
        killWhateverHappens(group);
      }
      guard.remove(used.pid());
    }
  }

  private SlotShell shell() throws IOException, InterruptedException {
    SlotShell last = shell;
    if (last != null && last.isUsable()) {
      return last;
    }
    endShell();
    SlotShell next = SlotShell.start(folder, readers);
    shell = next;
    return next;
  }

  private CommandExit await(SlotShell in, RunProcesses group, Duration timeout)
      throws IOException, InterruptedException {
    Exited ending = in.await(timeout);
    if (ending == null) { // or perhaps it was us who were not awake
      ending = in.await(group.isGone() ? OUTPUT_LIMIT : MOMENT);
    }
    if (ending != null) {
      return ending;
    }
    return new TimedOut(timeout, !group.terminate(guard, TERMINATION_LIMIT));
  }

  private void killWhateverHappens(RunProcesses group) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      var unused = group.kill(guard);
    } catch (InterruptedException e) {
      wasInterrupted = true; // the guard has the rest when we are gone
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes what it reads, at the end of it. */
  private static Void capture(SlotShell.Output output, RunLog log) throws IOException {
    try (output) {
      log.capture(output.stream());
    }
    return null;
  }

  /**
   * Everybody we know of is dead, so the end of the output is near, unless one hid from us.
   *
   * @return whether it was reached
   */
  private static boolean finish(FutureTask<Void> reading, RunLog log)
      throws IOException, InterruptedException {
    try {
      reading.get(OUTPUT_LIMIT.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      log.note("a process that hid from us still holds this run's output; not waiting for it");
      reading.cancel(true);
      return false;
    } catch (ExecutionException e) {
      throw new IOException("cannot read the run's output: " + e.getMessage(), e);
    }
  }

  private void endShell() {
    SlotShell last = shell;
    shell = null;
    if (last != null) {
      last.close();
    }
  }

  /** Ends the shell and deletes its files; the next command would get a new one. */
  @Override
  public void close() {
    endShell();
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      logger.debug("{} stays until the next start: {}", folder, e.toString());
    }
  }
}
