package ci.assay.systemtest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Measures the processor time of processes from /proc: user and system time, in milliseconds. */
final class ProcessorTime {

  private static final int MILLIS_PER_TICK = 10;

  private final Map<String, List<Long>> watched = new LinkedHashMap<>();
  private Map<String, Long> before = Map.of();

  /**
   * Watches a process and, counted separately, its children and the processes that these reaped.
   */
  void watch(String name, long pid) {
    watched.put(name, List.of(pid));
  }

  /** Watches all processes of a program, such as the broker's. */
  void watchProgram(String name, String program) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      watched.put(
          name,
          processes
              .filter(path -> path.getFileName().toString().matches("[0-9]+"))
              .filter(path -> program.equals(programOf(path)))
              .map(path -> Long.valueOf(path.getFileName().toString()))
              .toList());
    }
  }

  void begin() {
    before = now();
  }

  /**
   * The time per verdict since {@link #begin}: {@code coordinator 1.2 ms, one 3.4 ms + runs 2.0
   * ms}.
   */
  String perVerdict(int verdicts) {
    StringBuilder text = new StringBuilder();
    now()
        .forEach(
            (name, millis) ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(
                        "%s %.1f ms"
                            .formatted(
                                name,
                                (double) (millis - before.getOrDefault(name, 0L)) / verdicts)));
    return text.toString();
  }

  private Map<String, Long> now() {
    Map<String, Long> sums = new LinkedHashMap<>();
    watched.forEach(
        (name, pids) -> {
          for (long pid : pids) {
            long[] ticks = ticksOf(pid);
            sums.merge(name, ticks[0] * MILLIS_PER_TICK, Long::sum);
            long children = ticks[1] + ticksOfChildren(pid);
            if (children > 0) {
              sums.merge(name + "'s runs", children * MILLIS_PER_TICK, Long::sum);
            }
          }
        });
    return sums;
  }

  /** Its own ticks and those of its reaped children. */
  private static long[] ticksOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
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
  private static long ticksOfChildren(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .mapToLong(child -> LongStream.of(ticksOf(child.pid())).sum())
        .sum();
  }

  private static String programOf(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
