package ci.assay.worker.settings;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Sizes;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run may use. What is empty is not limited.
 *
 * @param memory bytes, of all its processes together
 * @param processes processes at a time, including threads
 * @param cpu processor time in percent of one processor: 150 is one and a half
 * @param disk bytes that it may add to its work tree, home and temporary folder together
 */
public record RunLimits(
    OptionalLong memory, OptionalInt processes, OptionalInt cpu, OptionalLong disk) {

  /** No limits. */
  public static final RunLimits NONE =
      new RunLimits(
          OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty());

  private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,6})%");
  private static final long LEAST_MEMORY = 16L << 20;
  private static final int LEAST_PROCESSES = 16;
  private static final long LEAST_DISK = 16L << 20;

  /**
   * Reads {@code memory=4G,processes=2000,cpu=150%,disk=10G}.
   *
   * @throws InvalidInputException when the text has another form, or a limit is too small
   */
  public static RunLimits parse(String text) {
    RunLimits limits = NONE;
    for (String each : text.split(",", -1)) {
      String[] pair = each.strip().split("=", 2);
      limits = limits.with(pair[0], pair.length == 2 ? pair[1].strip() : "");
    }
    return limits;
  }

  private RunLimits with(String name, String value) {
    return switch (name) {
      case "memory" -> new RunLimits(OptionalLong.of(memory(value)), processes, cpu, disk);
      case "processes" -> new RunLimits(memory, OptionalInt.of(processes(value)), cpu, disk);
      case "cpu" -> new RunLimits(memory, processes, OptionalInt.of(cpu(value)), disk);
      case "disk" -> new RunLimits(memory, processes, cpu, OptionalLong.of(disk(value)));
      default ->
          throw new InvalidInputException(
              "'%s' is not a limit of a run; use memory, processes, cpu or disk, such as memory=4G,processes=2000,cpu=150%%,disk=10G"
                  .formatted(name));
    };
  }

  private static long memory(String value) {
    return bytes("memory", value, LEAST_MEMORY, "4G");
  }

  private static long disk(String value) {
    return bytes("disk", value, LEAST_DISK, "10G");
  }

  private static long bytes(String name, String value, long least, String example) {
    long bytes = Sizes.parse(value.toUpperCase(Locale.ROOT));
    if (bytes < least) {
      throw new InvalidInputException(
          "%1$s=%2$s is too little for a run; use at least %3$s: %1$s=%4$s"
              .formatted(name, value, Sizes.text(least), example));
    }
    return bytes;
  }

  private static int processes(String value) {
    if (NUMBER.matcher(value).matches() && Integer.parseInt(value) >= LEAST_PROCESSES) {
      return Integer.parseInt(value);
    }
    throw new InvalidInputException(
        "processes=%s is not a number of processes; give at least %d, such as processes=2000"
            .formatted(value, LEAST_PROCESSES));
  }

  private static int cpu(String value) {
    Matcher matcher = PERCENT.matcher(value);
    if (matcher.matches() && Integer.parseInt(matcher.group(1)) >= 1) {
      return Integer.parseInt(matcher.group(1));
    }
    throw new InvalidInputException(
        "cpu=%s is not a share of processor time; give a percentage of one processor, such as cpu=150%%"
            .formatted(value));
  }
}
