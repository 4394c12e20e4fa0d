package ci.assay.worker.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes of a run whose supervisor is gone, by the run's id in their environment. A
 * process that cleared its environment can only be found by its supervisor.
 */
public final class RunProcesses {

  /** The variable that tells which run a process belongs to. */
  public static final String VARIABLE = "ASSAY_RUN";

  private static final Logger log = LoggerFactory.getLogger(RunProcesses.class);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Path PROC = Path.of("/proc");

  private RunProcesses() {}

  /**
   * Kills the processes of a run and waits until they are gone, even if the thread is interrupted.
   */
  static void kill(String run) {
    boolean wasInterrupted = Thread.interrupted();
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    List<Long> left = survivors(run);
    while (!left.isEmpty()) {
      left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      if (System.nanoTime() > deadline) {
        log.warn("run {}: processes {} do not die from SIGKILL", run, left);
        break;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
      left = survivors(run);
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Long> survivors(String run) {
    List<Long> found = new ArrayList<>();
    String[] names = PROC.toFile().list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0)) && carries(run, name)) {
        found.add(Long.valueOf(name));
      }
    }
    return found;
  }

  private static boolean carries(String run, String pid) {
    try {
      byte[] environment = Files.readAllBytes(PROC.resolve(pid).resolve("environ"));
      String variables = "\0" + new String(environment, StandardCharsets.ISO_8859_1);
      return variables.contains("\0" + VARIABLE + "=" + run + "\0");
    } catch (IOException e) {
      return false; // gone meanwhile, or another user's
    }
  }
}
