package ci.assay.worker.limit;

import ci.assay.common.Sizes;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of one slot, which enforce the limits of its runs: one in the unified
 * hierarchy (version 2), or one for each controller (version 1). A run is in them from its first
 * process on. Thread-safe.
 */
public final class ControlGroup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlGroup.class);

  private static final String MEMORY = "memory";
  private static final String PROCESSES = "pids";
  private static final String PROCESSOR = "cpu";

  /**
   * Processes in addition to the run's own: its supervisor and sandbox, and those of the last run.
   */
  private static final int SUPERVISION = 8;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

  /** A shell that enters each group, and then replaces itself with the program. */
  private static final String SCRIPT =
      "while [ \"$1\" != -- ]; do echo 0 >\"$1\" || exit 125; shift; done; shift; exec \"$@\"";

  private final RunLimits limits;
  private final Map<String, Path> groups;

  private ControlGroup(RunLimits limits, Map<String, Path> groups) {
    this.limits = limits;
    this.groups = Map.copyOf(groups);
  }

  /** The names of the controllers that these limits need. */
  public static List<String> controllersOf(RunLimits limits) {
    List<String> all = new ArrayList<>();
    if (limits.memory().isPresent()) {
      all.add(MEMORY);
    }
    if (limits.processes().isPresent()) {
      all.add(PROCESSES);
    }
    if (limits.cpu().isPresent()) {
      all.add(PROCESSOR);
    }
    return all;
  }

  /**
   * Creates the groups.
   *
   * @param user a word that names their user, different for each object in this process
   * @throws IOException when this process is not allowed to create them; says what is required
   */
  public static ControlGroup open(Hierarchies hierarchies, String user, RunLimits limits)
      throws IOException {
    Map<String, Path> groups = new HashMap<>();
    for (String controller : controllersOf(limits)) {
      groups.put(controller, hierarchies.child(controller, user));
    }
    ControlGroup group = new ControlGroup(limits, groups);
    group.set(hierarchies.isUnified());
    return group;
  }

  private void set(boolean isUnified) throws IOException {
    if (limits.memory().isPresent()) {
      setMemory(file(MEMORY, ""), isUnified, limits.memory().getAsLong());
    }
    if (limits.processes().isPresent()) {
      write(file(PROCESSES, "pids.max"), limits.processes().getAsInt() + SUPERVISION);
    }
    if (limits.cpu().isPresent()) {
      setCpu(file(PROCESSOR, ""), isUnified, limits.cpu().getAsInt());
    }
  }

  /** A file of the group for a controller, or the group itself. */
  private Path file(String controller, String name) {
    return Objects.requireNonNull(groups.get(controller), controller).resolve(name);
  }

  private List<Path> folders() {
    return groups.values().stream().distinct().toList();
  }

  private static void setMemory(Path group, boolean isUnified, long bytes) throws IOException {
    if (isUnified) {
      write(group.resolve("memory.max"), bytes);
      writeWhereItIs(group.resolve("memory.swap.max"), 0);
    } else {
      write(group.resolve("memory.limit_in_bytes"), bytes);
      writeWhereItIs(group.resolve("memory.memsw.limit_in_bytes"), bytes);
    }
  }

  private static void setCpu(Path group, boolean isUnified, int percent) throws IOException {
    long period = 100_000;
    long quota = period * percent / 100;
    if (isUnified) {
      Files.writeString(group.resolve("cpu.max"), quota + " " + period);
    } else {
      write(group.resolve("cpu.cfs_period_us"), period);
      write(group.resolve("cpu.cfs_quota_us"), quota);
    }
  }

  private static void write(Path file, long value) throws IOException {
    Files.writeString(file, Long.toString(value));
  }

  /** The file for swap exists only if the kernel was built and started with swap accounting. */
  private static void writeWhereItIs(Path file, long value) throws IOException {
    if (Files.exists(file)) {
      write(file, value);
    }
  }

  /** The command prefix with which a program, and everything it starts, is in the groups. */
  public List<String> entering() {
    List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh"));
    folders().forEach(each -> words.add(each.resolve("cgroup.procs").toString()));
    words.add("--");
    return words;
  }

  /**
   * How often limits were reached until now.
   *
   * @param killed the number of processes killed because of the memory limit
   * @param refused how often a process could not be started because of the process limit
   */
  public record Usage(long killed, long refused) {}

  /** The counters now; zeros if the kernel has none. */
  public Usage usage() {
    long killed = 0;
    if (limits.memory().isPresent()) {
      long unified = number(file(MEMORY, "memory.events"), "oom_kill");
      killed = Math.max(unified, number(file(MEMORY, "memory.oom_control"), "oom_kill"));
    }
    long refused =
        limits.processes().isPresent() ? number(file(PROCESSES, "pids.events"), "max") : 0;
    return new Usage(killed, refused);
  }

  private static long number(Path file, String name) {
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        if (line.startsWith(name + " ")) {
          return Long.parseLong(line.substring(name.length() + 1).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      log.debug("{} cannot be read: {}", file, e.toString());
    }
    return 0;
  }

  /**
   * Which limit was reached since then, in words for people; empty when none was.
   *
   * @param before the counters before the run
   */
  public String met(Usage before) {
    Usage now = usage();
    if (now.killed() > before.killed()) {
      return "killed: used more than %s of memory"
          .formatted(Sizes.text(limits.memory().orElseThrow()));
    }
    if (now.refused() > before.refused()) {
      return "more than %d processes at a time".formatted(limits.processes().orElseThrow());
    }
    return "";
  }

  /** Removes the groups. The processes in them must be ending. */
  @Override
  public void close() {
    long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
    for (Path each : folders()) {
      while (!isRemoved(each)
          && System.nanoTime() < end
          && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }

  /** The kernel refuses to remove a group until its last process is reaped. */
  private static boolean isRemoved(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      log.debug("{} stays: {}", group, e.toString());
      return false;
    }
  }
}
