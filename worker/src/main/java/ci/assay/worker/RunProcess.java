package ci.assay.worker;

import ci.assay.worker.Ending.Exited;
import ci.assay.worker.Ending.TimedOut;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands, each in a process group of its own. A command begins only once the guard knows its
 * group: the shell in front of it waits for a line and ends when we die before writing it. Safe for
 * use by many threads.
 */
final class RunProcess {

  /** Waits for the attempt, then is the shell that runs the command: one process start less. */
  static final String START_GATE =
      "read -r ASSAY_ATTEMPT || exit; export ASSAY_ATTEMPT; exec </dev/null; eval \"shift; $1\"";

  private static final Logger logger = LoggerFactory.getLogger(RunProcess.class);
  private static final Duration TERMINATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /**
   * What to run.
   *
   * @param run the run's id
   * @param shellCommand a command or script for {@code sh}
   * @param environment all of it but {@code ASSAY_ATTEMPT}
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
   * Starts the shell that is to run the command, and no more. So it is there by the time when the
   * run may begin; one that may not costs a shell that did nothing.
   *
   * @throws IOException when it could not be started
   */
  AtGate prepare(Command command) throws IOException {
    Process process = start(command);
    try {
      guard.add(process.pid(), command.run());
    } catch (UncheckedIOException e) {
      process.destroyForcibly();
      throw e;
    }
    return new AtGate(command, process);
  }

  private static Process start(Command command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "sh", "-c", START_GATE, "sh", command.shellCommand());
    builder.directory(command.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    return builder.redirectErrorStream(true).start();
  }

  /** A shell that waits for the word to begin. Used by one thread; once closed, nothing is left. */
  final class AtGate implements AutoCloseable {
    private final Command command;
    private final Process process;
    private final RunGroup group;
    private boolean isGone;

    private AtGate(Command command, Process process) {
      this.command = command;
      this.process = process;
      this.group = new RunGroup(process.pid(), command.run());
    }

    /**
     * Runs the command to its end; its output is in the log then, and no process of it is left.
     *
     * @param attempt which attempt at its job this is
     * @throws IOException when it could not begin or its output not be read
     * @throws InterruptedException when this worker stops
     */
    Ending run(int attempt, RunLog log) throws IOException, InterruptedException {
      FutureTask<Void> reading = new FutureTask<>(() -> capture(process, log));
      readers.execute(reading);
      boolean isOpen = open(attempt);
      Ending ending = await();
      group.kill(guard);
      isGone = true;
      finish(reading, process, log);
      if (!isOpen && !(ending instanceof Exited by && by.isSignalled())) {
        throw new IOException("the shell of the run ended before it could begin");
      }
      return ending;
    }

    /** False when the shell is gone: how it ended says why. */
    private boolean open(int attempt) {
      try (OutputStream gate = process.getOutputStream()) {
        gate.write((attempt + "\n").getBytes(StandardCharsets.US_ASCII));
        return true;
      } catch (IOException e) {
        logger.debug("run {} cannot begin: {}", command.run(), e.toString());
        return false;
      }
    }

    private Ending await() throws InterruptedException {
      Duration timeout = command.timeout();
      if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS) || group.isLeaderDead()) {
        return new Exited(process.waitFor());
      }
      guard.terminate(group.leader());
      boolean ended = process.waitFor(TERMINATION_LIMIT.toSeconds(), TimeUnit.SECONDS);
      return new TimedOut(timeout, !ended);
    }

    /** Kills what is left of it. */
    @Override
    public void close() {
      if (!isGone) {
        killWhateverHappens();
      }
      guard.remove(group.leader());
    }

    private void killWhateverHappens() {
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
}
