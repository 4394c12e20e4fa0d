package ci.assay.worker;

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
 * @param leader the first process's id, which is also the group's
 */
record RunGroup(long leader, String run) {

  /** The variable that gives away which run a process belongs to. */
  static final String VARIABLE = "ASSAY_RUN";

  private static final Logger log = LoggerFactory.getLogger(RunGroup.class);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Path PROC = Path.of("/proc");

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

  /** Whether the leader ended, even if nobody told us yet. */
  boolean isLeaderDead() {
    try {
      return Stat.of(leader).isDead();
    } catch (IOException e) {
      return true;
    }
  }

  /** Kills what is left and waits until it is gone. */
  void kill(Guard guard) throws InterruptedException {
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    List<Long> left = survivors();
    while (!left.isEmpty()) {
      guard.kill(leader);
      left.forEach(RunGroup::killOne);
      if (System.nanoTime() > deadline) {
        log.warn("run {}: processes {} do not die from SIGKILL", run, left);
        return;
      }
      TimeUnit.MILLISECONDS.sleep(1);
      left = survivors();
    }
  }

  private static void killOne(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private List<Long> survivors() {
    List<Long> found = new ArrayList<>();
    String[] names = PROC.toFile().list();
    long youngest = names == null ? 0 : lastProcessId();
    for (String name : names == null ? new String[0] : names) {
      boolean isProcess = Character.isDigit(name.charAt(0));
      if (isProcess && mayBeOurs(Long.parseLong(name), youngest) && isOurs(name)) {
        found.add(Long.parseLong(name));
      }
    }
    return found;
  }

  /** Ids only grow, until they begin anew: then each must be looked at. */
  private boolean mayBeOurs(long pid, long youngest) {
    return pid >= leader || youngest < leader;
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

  private static long lastProcessId() {
    try {
      String load = Files.readString(PROC.resolve("loadavg")).strip();
      return Long.parseLong(load.substring(load.lastIndexOf(' ') + 1));
    } catch (IOException e) {
      return 0; // look at each
    }
  }
}
