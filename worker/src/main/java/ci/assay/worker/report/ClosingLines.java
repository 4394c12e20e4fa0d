package ci.assay.worker.report;

import ci.assay.model.TestCounts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the lines with which Python's unittest and pytest close; the last ones count. */
final class ClosingLines {

  private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern UNITTEST =
      Pattern.compile(
          "^Ran (\\d{1,9}) tests? in .*\\n\\s*(?:OK|FAILED|NO TESTS RAN)(?: \\((.*)\\))?",
          Pattern.MULTILINE);
  private static final Pattern PYTEST =
      Pattern.compile(
          "^(?:=+ )?((?:\\d{1,9} [a-z]+(?:, )?)+) in \\d[\\d.]*s.*$", Pattern.MULTILINE);
  private static final Pattern ASSIGNED = Pattern.compile("([a-z ]+)=(\\d{1,9})");
  private static final Pattern COUNTED = Pattern.compile("(\\d{1,9}) ([a-z]+)");

  private ClosingLines() {}

  /** The counts, or null where there is no such line. */
  static @Nullable TestCounts count(String logTail) {
    String text = plain(logTail);
    Matcher unittest = last(UNITTEST, text);
    Matcher pytest = last(PYTEST, text);
    if (unittest == null && pytest == null) {
      return null;
    }
    boolean isUnittest = unittest != null && (pytest == null || unittest.start() > pytest.start());
    return isUnittest && unittest != null
        ? ofUnittest(unittest)
        : ofPytest(String.valueOf(pytest == null ? null : pytest.group(1)));
  }

  /** Whether there is such a line of unittest. */
  static boolean isOfUnittest(String logTail) {
    return UNITTEST.matcher(plain(logTail)).find();
  }

  /** Without colours. */
  static String plain(String text) {
    return COLOURS.matcher(text).replaceAll("").replace("\r", "");
  }

  private static @Nullable Matcher last(Pattern pattern, String text) {
    Matcher all = pattern.matcher(text);
    int start = -1;
    while (all.find()) {
      start = all.start();
    }
    return start >= 0 && all.find(start) ? all : null;
  }

  private static TestCounts ofUnittest(Matcher closing) {
    int failed = 0;
    int errors = 0;
    int skipped = 0;
    Matcher parts = ASSIGNED.matcher(closing.group(2) == null ? "" : closing.group(2));
    while (parts.find()) {
      int count = Integer.parseInt(parts.group(2));
      switch (parts.group(1).strip()) {
        case "failures", "unexpected successes" -> failed += count;
        case "errors" -> errors += count;
        case "skipped" -> skipped += count;
        default -> {} // expected failures: they passed
      }
    }
    return new TestCounts(Integer.parseInt(closing.group(1)), failed, errors, skipped);
  }

  private static @Nullable TestCounts ofPytest(String closing) {
    TestCounts sum = null;
    Matcher parts = COUNTED.matcher(closing);
    while (parts.find()) {
      int count = Integer.parseInt(parts.group(1));
      TestCounts part =
          switch (parts.group(2)) {
            case "passed", "xpassed" -> new TestCounts(count, 0, 0, 0);
            case "failed" -> new TestCounts(count, count, 0, 0);
            case "error", "errors" -> new TestCounts(count, 0, count, 0);
            case "skipped", "xfailed" -> new TestCounts(count, 0, 0, count);
            default -> null; // warnings, deselected
          };
      sum = part == null ? sum : sum == null ? part : sum.plus(part);
    }
    return sum;
  }
}
