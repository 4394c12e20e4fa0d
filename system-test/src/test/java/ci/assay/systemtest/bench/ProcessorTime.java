package ci.assay.systemtest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures the processor time of processes from /proc: user and system time, in milliseconds. */
final class ProcessorTime {

  private static final int MILLIS_PER_TICK = 10;

  private final Map<String, List<Long>> watched = new LinkedHashMap<>();
  private final List<String> ofEndedChildren = new ArrayList<>();
  private Map<String, Long> before = Map.of();

  /**
   * Watches a process and, counted separately as its runs, its children and the processes that
   * these reaped. Processes that are watched by the same name are counted together.
   */
  void watch(String name, long pid) {
    watched.computeIfAbsent(name, unused -> new ArrayList<>()).add(pid);
  }

  /** Watches the processes that this JVM started and that have ended by the end of the time. */
  void watchEndedChildren(String name) {
    ofEndedChildren.add(name);
  }

  /**
   * Watches all processes of a program, such as the broker's: those that this JVM started, else all
   * on this machine.
   */
  void watchProgram(String name, String program) throws IOException {
    List<Long> ours =
        ProcessHandle.current()
            .descendants()
            .map(ProcessHandle::pid)
            .filter(pid -> program.equals(programOf(folderOf(pid))))
            .toList();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      List<Long> all =
          processes
              .filter(path -> path.getFileName().toString().matches("[0-9]+"))
              .filter(path -> program.equals(programOf(path)))
              .map(path -> Long.valueOf(path.getFileName().toString()))
              .toList();
      watched.put(name, ours.isEmpty() ? all : ours);
    }
  }

  void begin() {
    before = now();
  }

  /** The milliseconds per verdict since {@link #begin}, by name. */
  Map<String, Double> millisPerVerdict(int verdicts) {
    Map<String, Double> millis = new LinkedHashMap<>();
    now()
        .forEach(
            (name, sum) ->
                millis.put(name, (double) (sum - before.getOrDefault(name, 0L)) / verdicts));
    return millis;
  }

  /**
   * The time per verdict since {@link #begin}: {@code coordinator 1.2 ms, one 3.4 ms, runs of one
   * 2.0 ms}.
   */
  String perVerdict(int verdicts) {
    return millisPerVerdict(verdicts).entrySet().stream()
        .map(each -> "%s %.1f ms".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private Map<String, Long> now() {
    Map<String, Long> sums = new LinkedHashMap<>();
    watched.forEach(
        (name, pids) -> {
          for (long pid : pids) {
            long[] ticks = ticksOf(pid);
            sums.merge(name, ticks[0] * MILLIS_PER_TICK, Long::sum);
            long children = ticks[1] + ticksOfChildren(pid, Set.copyOf(pids));
            if (children > 0) {
              sums.merge("runs of " + name, children * MILLIS_PER_TICK, Long::sum);
            }
          }
        });
    ofEndedChildren.forEach(
        name -> sums.put(name, ticksOf(ProcessHandle.current().pid())[1] * MILLIS_PER_TICK));
    return sums;
  }

  /** Its own ticks and those of its reaped children. */
  private static long[] ticksOf(long pid) {
    try {
      String stat = Files.readString(folderOf(pid).resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new long[] {
        Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
        Long.parseLong(fields[13]) + Long.parseLong(fields[14])
      };
    } catch (IOException e) {
      return new long[] {0, 0};
    }
  }

  /** The ticks of live children: those of a worker are its guard and the shells of its slots. */
  private static long ticksOfChildren(long pid, Set<Long> counted) {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> !counted.contains(child.pid()))
        .map(child -> ticksOf(child.pid()))
        .mapToLong(ticks -> ticks[0] + ticks[1])
        .sum();
  }

  private static Path folderOf(long pid) {
    return Path.of("/proc", Long.toString(pid));
  }

  private static String programOf(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
