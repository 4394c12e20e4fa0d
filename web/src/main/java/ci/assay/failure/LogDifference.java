package ci.assay.failure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the lines around the failure in a log that are not in the logs of passing runs. Lines count
 * as equal when they differ only in numbers, times, hashes and names in folders for temporary
 * files.
 */
final class LogDifference {

  private static final Pattern CHANGING =
      Pattern.compile(
          "(?:/var)?/tmp/\\S*|\\b0x[0-9a-fA-F]+\\b|\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b"
              + "|\\b(?=[0-9a-f]*\\d)[0-9a-f]{7,}\\b|\\d+(?:[.,:]\\d+)*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern RULER = Pattern.compile("(?:\\[\\w+])?[\\s\\W_]*");

  /**
   * In how many lines, from the first that says that something failed, the reason is looked for.
   */
  private static final int REACH = 80;

  /** How many lines before the reason are kept when it is further down. */
  private static final int LEAD = 3;

  private LogDifference() {}

  /**
   * The most useful lines, in their order.
   *
   * @param passing logs of runs that passed
   */
  static List<String> lines(Path failing, List<Path> passing) {
    Set<String> usual = new HashSet<>();
    for (Path log : passing) {
      BoundedLog.lines(log).forEach(line -> usual.add(likeness(line)));
    }
    List<String> unusual =
        BoundedLog.lines(failing).stream()
            .filter(line -> !RULER.matcher(line).matches() && !StackFrames.isForeign(line))
            .filter(line -> !usual.contains(likeness(line)))
            .toList();
    int first = LogSigns.first(unusual);
    if (first < 0) {
      return unusual.subList(Math.max(0, unusual.size() - REACH / 4), unusual.size());
    }
    return around(unusual.subList(first, Math.min(unusual.size(), first + REACH)));
  }

  /** Leaves out lines between the first one and the reason if these are many. */
  private static List<String> around(List<String> lines) {
    int reason = 0;
    while (reason < lines.size() && !LogSigns.isReason(lines.get(reason))) {
      reason++;
    }
    if (reason <= 2 * LEAD || reason == lines.size()) {
      return lines;
    }
    List<String> shorter = new ArrayList<>(lines.subList(0, 1));
    shorter.addAll(lines.subList(reason - LEAD, lines.size()));
    return shorter;
  }

  /** The line without the parts that change from run to run, for comparison. */
  static String likeness(String line) {
    return BLANKS.matcher(CHANGING.matcher(line).replaceAll("0")).replaceAll(" ").strip();
  }
}
