package ci.assay.worker;

import ci.assay.worker.Ending.Exited;
import ci.assay.worker.Ending.TimedOut;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one command in a process group of its own. It begins only once the guard knows the group:
 * the shell in front of it waits for a line and ends when we die before writing it. When this
 * returns, no process of the run is left.
 */
final class RunProcess {

  /** Waits for a line, then is the shell that runs the command: one process start less. */
  static final String START_GATE = "read -r _ || exit; exec </dev/null; eval \"shift; $1\"";

  private static final Duration TERMINATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /**
   * What to run.
   *
   * @param run the run's id
   * @param shellCommand a command or script for {@code sh}
   * @param environment all of it
   */
  record Command(
      String run,
      String shellCommand,
      Path directory,
      Map<String, String> environment,
      Duration timeout) {}

  private final Guard guard;
  private final Executor readers;

  /**
   * @param guard not closed by this object
   * @param readers where the output is read, one task per run
   */
  RunProcess(Guard guard, Executor readers) {
    this.guard = guard;
    this.readers = readers;
  }

  /**
   * Runs the command to its end; its output is in the log then.
   *
   * @throws IOException when it could not be started or its output not be read
   * @throws InterruptedException when this worker stops; the run is killed before
   */
  Ending run(Command command, RunLog log) throws IOException, InterruptedException {
    Process process = start(command);
    RunGroup group = new RunGroup(process.pid(), command.run());
    boolean isGone = false;
    try {
      guard.add(group.leader(), command.run());
      FutureTask<Void> reading = new FutureTask<>(() -> capture(process, log));
      readers.execute(reading);
      openGate(process);
      Ending ending = await(process, group, command.timeout());
      group.kill(guard);
      isGone = true;
      finish(reading, process, log);
      return ending;
    } finally {
      if (!isGone) {
        killWhateverHappens(process, group);
      }
      guard.remove(group.leader());
    }
  }

  private static Process start(Command command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "sh", "-c", START_GATE, "sh", command.shellCommand());
    builder.directory(command.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    return builder.redirectErrorStream(true).start();
  }

  private static void openGate(Process process) throws IOException {
    try (OutputStream gate = process.getOutputStream()) {
      gate.write('\n');
    }
  }

  private Ending await(Process process, RunGroup group, Duration timeout)
      throws InterruptedException {
    if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS) || group.isLeaderDead()) {
      return new Exited(process.waitFor());
    }
    guard.terminate(group.leader());
    boolean ended = process.waitFor(TERMINATION_LIMIT.toSeconds(), TimeUnit.SECONDS);
    return new TimedOut(timeout, !ended);
  }

  private static Void capture(Process process, RunLog log) throws IOException {
    log.capture(process.getInputStream());
    return null;
  }

  /** Everybody we know of is dead, so the end of the output is near, unless one hid from us. */
  private static void finish(FutureTask<Void> reading, Process process, RunLog log)
      throws IOException, InterruptedException {
    try {
      reading.get(OUTPUT_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.note("a process that hid from us still holds this run's output; not waiting for it");
      reading.cancel(true);
    } catch (ExecutionException e) {
      throw new IOException("cannot read the run's output: " + e.getMessage(), e);
    } finally {
      if (reading.isDone() && !reading.isCancelled()) {
        process.getInputStream().close();
      }
    }
  }

  private void killWhateverHappens(Process process, RunGroup group) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      process.destroyForcibly();
      group.kill(guard);
    } catch (InterruptedException e) {
      wasInterrupted = true; // the guard has the rest when we are gone
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
