package ci.assay.worker.command;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFiles;
import ci.assay.thread.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small process that outlives the worker. When the worker is gone, for whatever reason, the guard
 * kills the worker's runs, and only then releases the lock on the work folder. Thread-safe.
 */
public final class GuardProcess implements AutoCloseable {

  /** How long a dead worker's guard may take to kill the runs that it left. */
  public static final Duration LOCK_LIMIT = Duration.ofSeconds(12);

  private static final Logger log = LoggerFactory.getLogger(GuardProcess.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(12);
  private static final int CONFLICT = 75;
  private static final String SCRIPT = ShellScript.load("guard.sh");

  private final Process process;
  private final OutputStream orders;

  private GuardProcess(Process process) {
    this.process = process;
    this.orders = process.getOutputStream();
  }

  /**
   * Locks the work folder and begins to guard.
   *
   * @param lock the file to lock
   * @param limit how long to wait for an earlier worker's guard
   * @throws CannotRunException when another worker uses the folder, or it cannot be locked
   */
  public static GuardProcess start(Path lock, Duration limit) throws InterruptedException {
    return start(lock, limit, ANSWER_LIMIT);
  }

  /**
   * As {@link #start(Path, Duration)}.
   *
   * @param answerLimit how long the process itself may take to start
   */
  static GuardProcess start(Path lock, Duration limit, Duration answerLimit)
      throws InterruptedException {
    try {
      make(lock);
      GuardProcess first = new GuardProcess(builder(lock, Duration.ZERO).start());
      if (first.isReady(lock, answerLimit)) {
        return first;
      }
      if (!limit.isZero()) {
        log.info("waiting for the worker that uses {} to end", lock.getParent());
        GuardProcess second = new GuardProcess(builder(lock, limit).start());
        if (second.isReady(lock, limit.plus(answerLimit))) {
          return second;
        }
      }
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot start the guard process (setsid and flock of util-linux are needed): "
              + e.getMessage(),
          e);
    }
    throw new CannotRunException(
        "another worker is using "
            + lock.getParent()
            + "; stop it, give it more slots (--slots), or give this one a folder and a name of its"
            + " own: --work DIR --name NAME");
  }

  /**
   * Otherwise flock would create the file, readable for everybody. Errors are left for flock to
   * report.
   */
  private static void make(Path lock) {
    try {
      PrivateFiles.create(lock);
    } catch (IOException e) {
      log.debug("{} is not made: {}", lock, e.toString());
    }
  }

  private static ProcessBuilder builder(Path lock, Duration limit) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "setsid",
            "flock",
            "--no-fork",
            "--timeout",
            Long.toString(limit.toSeconds()),
            "--conflict-exit-code",
            Integer.toString(CONFLICT),
            lock.toString(),
            "sh",
            "-c",
            SCRIPT,
            "assay-guard");
    builder.redirectErrorStream(true);
    builder.environment().keySet().retainAll(Map.of("PATH", "").keySet());
    return builder;
  }

  /** Whether it has the lock; false when another process kept it. */
  private boolean isReady(Path lock, Duration limit) throws IOException, InterruptedException {
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    FutureTask<String> answer = new FutureTask<>(answers::readLine);
    Threads.daemon("guard", answer).start();
    try {
      String line = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if ("ready".equals(line)) {
        return true;
      }
      if (process.waitFor() != CONFLICT) {
        throw new CannotRunException("cannot lock " + lock + ": " + line);
      }
      return false;
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new CannotRunException(
          "the guard process (setsid, flock and sh) does not start; does the disk of %s respond?"
              .formatted(lock),
          e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /**
   * Registers a process group: when the worker is gone, the group and all processes with the run's
   * id are killed.
   */
  public void add(long group, String run) {
    order("add " + group + " " + run);
  }

  /**
   * Registers a supervisor: when the worker is gone, the guard waits for the supervisor, which then
   * kills its run by itself, and kills all processes with the run's id.
   */
  void await(long supervisor, String run) {
    order("await " + supervisor + " " + run);
  }

  /** Unregisters a group, or the supervisor of a run, that is gone. */
  public void remove(long process) {
    order("remove " + process);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  private synchronized void order(String line) {
    try {
      orders.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the guard process is gone", e);
    }
  }

  /** Kills what is still registered and releases the lock. */
  @Override
  public void close() {
    try {
      orders.close();
      if (!process.waitFor(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
