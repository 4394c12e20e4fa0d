package ci.assay.worker.limit;

import ci.assay.common.Sizes;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of one slot, which hold its runs within their limits: one in the unified
 * hierarchy (version 2), or one for each controller (version 1). A run is in them from its first
 * process on. Safe for use by many threads.
 */
public final class ControlGroup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlGroup.class);

  /** Writes itself into each group, and becomes the program. */
  private static final String SCRIPT =
      "while [ \"$1\" != -- ]; do echo 0 >\"$1\" || exit 125; shift; done; shift; exec \"$@\"";

  private final RunLimits limits;
  private final List<Path> groups;
  private final Path memory;
  private final Path processes;

  private ControlGroup(RunLimits limits, List<Path> groups, Path memory, Path processes) {
    this.limits = limits;
    this.groups = List.copyOf(groups);
    this.memory = memory;
    this.processes = processes;
  }

  /**
   * Makes one.
   *
   * @param user whose it is: a word that no other group of this process has
   * @throws IOException when this process may not, with what would have to be so
   */
  public static ControlGroup open(Hierarchies hierarchies, String user, RunLimits limits)
      throws IOException {
    Path memory = hierarchies.child("memory", user);
    Path processes = hierarchies.child("pids", user);
    Path cpu = hierarchies.child("cpu", user);
    boolean isUnified = hierarchies.isUnified();
    if (limits.memory().isPresent()) {
      setMemory(memory, isUnified, limits.memory().getAsLong());
    }
    if (limits.processes().isPresent()) {
      write(processes.resolve("pids.max"), limits.processes().getAsInt());
    }
    if (limits.cpu().isPresent()) {
      setCpu(cpu, isUnified, limits.cpu().getAsInt());
    }
    List<Path> groups = isUnified ? List.of(memory) : List.of(memory, processes, cpu);
    return new ControlGroup(limits, groups, memory, processes);
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

  /** Swap is counted only where the kernel was built, and started, to do so. */
  private static void writeWhereItIs(Path file, long value) throws IOException {
    if (Files.exists(file)) {
      write(file, value);
    }
  }

  /** What to put before a program so that it, and all that it starts, is in the groups. */
  public List<String> entering() {
    List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh"));
    groups.forEach(each -> words.add(each.resolve("cgroup.procs").toString()));
    words.add("--");
    return words;
  }

  /**
   * How often the limits were met until now.
   *
   * @param killed processes, for want of memory
   * @param refused processes that could not be started
   */
  public record Usage(long killed, long refused) {}

  /** Now; zeros where the kernel does not tell. */
  public Usage usage() {
    return new Usage(
        Math.max(
            number(memory.resolve("memory.events"), "oom_kill"),
            number(memory.resolve("memory.oom_control"), "oom_kill")),
        number(processes.resolve("pids.events"), "max"));
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
   * Which limit was met since, for people; empty when none was.
   *
   * @param before of the time before the run
   */
  public String met(Usage before) {
    Usage now = usage();
    if (now.killed() > before.killed() && limits.memory().isPresent()) {
      return "killed: used more than %s of memory"
          .formatted(Sizes.text(limits.memory().getAsLong()));
    }
    if (now.refused() > before.refused() && limits.processes().isPresent()) {
      return "more than %d processes at a time".formatted(limits.processes().getAsInt());
    }
    return "";
  }

  /** Removes the groups; nothing may be in them any more. */
  @Override
  public void close() {
    for (Path each : groups) {
      try {
        Files.deleteIfExists(each);
      } catch (IOException e) {
        log.debug("{} stays: {}", each, e.toString());
      }
    }
  }
}
