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
 * All processes of a run: those of its process group, and those that left it but still carry the
 * run's id in their environment. One that wipes its environment as well is beyond finding.
 *
 * @param leader the id of the group, and of the process that leads it
 * @param isLed whether the leader is of the run, too; else it is the shell that forked the run
 * @param before the newest process id when the run began; 0 where nobody knows
 * @param began in nanoseconds, of {@link System#nanoTime}
 */
public record RunProcesses(long leader, String run, boolean isLed, long before, long began) {

  /** The variable that gives away which run a process belongs to. */
  public static final String VARIABLE = "ASSAY_RUN";

  private static final Logger log = LoggerFactory.getLogger(RunProcesses.class);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  /** Nobody starts as many processes as there are ids in this time: no id comes up twice. */
  private static final Duration SHORT = Duration.ofMillis(500);

  private static final Path PROC = Path.of("/proc");
  private static final Path NEWEST = PROC.resolve("sys/kernel/ns_last_pid");

  /** Where a process stands in its life and in the world: what we read of /proc/PID/stat. */
  private record Stat(char state, long group) {

    static Stat of(long pid) throws IOException {
      String line = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", 4);
      return new Stat(afterName[0].charAt(0), Long.parseLong(afterName[2]));
    }

    boolean isDead() {
      return state == 'Z' || state == 'X';
    }
  }

  /** Of a run that is about to begin. */
  static RunProcesses beginning(long leader, String run, boolean isLed) {
    return new RunProcesses(leader, run, isLed, newestProcessId(), System.nanoTime());
  }

  /** Whether nothing of it is left. */
  boolean isGone() {
    return survivors().isEmpty();
  }

  /**
   * Kills what is left and waits until it is gone.
   *
   * @return whether nothing was left; else the leader is killed, too, whosever it is
   */
  boolean kill(GuardProcess guard) throws InterruptedException {
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    List<Long> left = survivors();
    boolean isAlone = left.isEmpty();
    while (!left.isEmpty()) {
      guard.kill(leader);
      left.forEach(RunProcesses::killOne);
      if (System.nanoTime() > deadline) {
        log.warn("run {}: processes {} do not die from SIGKILL", run, left);
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(1);
      left = survivors();
    }
    return isAlone;
  }

  /**
   * Asks all to end, those too that left the group, and waits.
   *
   * @return whether all did within the limit
   */
  boolean terminate(GuardProcess guard, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    guard.terminate(leader);
    List<Long> left = survivors();
    left.stream().filter(pid -> !isInGroup(pid)).forEach(RunProcesses::terminateOne);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
      left = survivors();
    }
    return left.isEmpty();
  }

  private boolean isInGroup(long pid) {
    try {
      return Stat.of(pid).group() == leader;
    } catch (IOException e) {
      return false;
    }
  }

  private static void terminateOne(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  private static void killOne(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private List<Long> survivors() {
    List<Long> found = new ArrayList<>();
    String[] names = PROC.toFile().list();
    long newest = names == null ? 0 : newestProcessId();
    for (String name : names == null ? new String[0] : names) {
      boolean isProcess = Character.isDigit(name.charAt(0));
      if (isProcess && mayBeOurs(Long.parseLong(name), newest) && isOurs(name)) {
        found.add(Long.parseLong(name));
      }
    }
    return found;
  }

  /** Ids only grow, until they begin anew: then, or when they may have, each must be looked at. */
  private boolean mayBeOurs(long pid, long newest) {
    if (pid == leader) {
      return isLed;
    }
    boolean isShort = System.nanoTime() - began < SHORT.toNanos();
    return pid > before || newest < before || !isShort;
  }

  private boolean isOurs(String pid) {
    try {
      Stat stat = Stat.of(Long.parseLong(pid));
      return !stat.isDead() && (stat.group() == leader || carriesOurRun(pid));
    } catch (IOException e) {
      return false; // gone meanwhile, or another user's
    }
  }

  private boolean carriesOurRun(String pid) throws IOException {
    byte[] environment = Files.readAllBytes(PROC.resolve(pid + "/environ"));
    String variables = "\0" + new String(environment, StandardCharsets.ISO_8859_1);
    return variables.contains("\0" + VARIABLE + "=" + run + "\0");
  }

  /** Not from /proc/loadavg, which is another namespace's in some containers. */
  private static long newestProcessId() {
    try {
      return Long.parseLong(Files.readString(NEWEST).strip());
    } catch (IOException e) {
      return 0; // look at each
    }
  }
}
